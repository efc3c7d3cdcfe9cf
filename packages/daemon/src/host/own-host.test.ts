import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { parseConfiguration } from "../configuration/parse-configuration.ts";
import { ownHost } from "./own-host.ts";

function freshData(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dwld-host-"));
  t.after(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

const hostOf = (data: string, yaml = "") => ownHost(parseConfiguration(yaml, { file: "/etc/dwld/dwld.yaml", data }));

test("own host: the hostname of the first start stays its name, whatever the hostname is later", (t) => {
  const data = freshData(t);
  const first = hostOf(join(data, "made"));
  assert.deepEqual([first.name, first.shared], [hostname(), ""]);
  assert.deepEqual(hostOf(join(data, "made")), first);
  writeFileSync(join(data, "host.json"), '{"name":"of an earlier container","id":"x"}');
  assert.deepEqual(hostOf(data), { name: "of an earlier container", shared: "", dataId: "x" });
  assert.notEqual(hostOf(join(data, "another")).dataId, first.dataId);
});

test("own host: a written name goes before the remembered one, and the folder stays the same", (t) => {
  const data = freshData(t);
  const { dataId } = hostOf(data);
  const named = hostOf(data, "host: nas\nworker: { shared: videos }");
  assert.deepEqual(named, { name: "nas", shared: "videos", dataId });
  assert.equal(hostOf(data).name, hostname());
});

test("own host: only the file itself is left, and one that cannot be read or written says what to do", (t) => {
  const data = freshData(t);
  hostOf(data);
  assert.deepEqual(readdirSync(data), ["host.json"]);
  writeFileSync(join(data, "host.json"), "{}");
  assert.throws(() => hostOf(data), isAbout(/host\.json: is not what dwld wrote; write \{"name"/));
  assert.throws(
    () => hostOf("/proc/no-folder"),
    isAbout(/host\.json: cannot be written .*; make the folder of `data` writable/),
  );
});

function isAbout(words: RegExp) {
  return (error: unknown) => {
    assert(error instanceof ConfigurationError);
    assert.match(error.message, words);
    return true;
  };
}
