import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const dwld = join(import.meta.dirname, "../../../../bin/dwld");
const example = join(import.meta.dirname, "../../../../deploy/dwld.yaml");
const folder = mkdtempSync(join(tmpdir(), "dwld-config-"));
after(() => rmSync(folder, { recursive: true }));

function config(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(dwld, ["config", ...args], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  return { status, stdout, stderr };
}

test("the example configuration has no mistakes, also with all of its examples taken in", () => {
  const right = { status: 0, stdout: "no mistakes\n", stderr: "" };
  assert.deepEqual(config("check", example), right);
  const everything = join(folder, "everything.yaml");
  // "# " begins words, "#" alone a setting.
  writeFileSync(everything, readFileSync(example, "utf8").replaceAll(/^#(?! \S)/gm, ""));
  assert.match(readFileSync(everything, "utf8"), /^ftp:\n {2}host: nas\.example$/m);
  assert.deepEqual(config("check", everything), right);
});

test("every mistake is named with its line, for a person and as JSON", () => {
  const file = join(folder, "wrong.yaml");
  writeFileSync(file, "ftp:\n  hots: nas\nworker: { parallel: 0 }\n");
  const { status, stdout, stderr } = config("check", file);
  assert.deepEqual([status, stdout], [78, ""]);
  assert.match(stderr, /^dwld config: .*wrong\.yaml:2: ftp\.hots: there is no such key; did you mean host\?$/m);
  assert.match(stderr, /wrong\.yaml:3: worker\.parallel: 0 is too small/);
  const json = config("check", "--json", file);
  assert.equal(json.status, 78);
  const { mistakes } = JSON.parse(json.stdout) as { mistakes: { path: string; line: number }[] };
  assert.ok(mistakes.some(({ path, line }) => path === "worker.parallel" && line === 3));
});

test("what is shown has the defaults filled in", () => {
  const { status, stdout } = config("show", example);
  assert.equal(status, 0);
  assert.match(stdout, /^ {2}playlistLimit: 100$/m);
});

test("the JSON Schema knows every section", () => {
  const schema = JSON.parse(config("schema").stdout) as { properties: Record<string, unknown> };
  for (const section of ["worker", "ftp", "stages", "sites", "register"]) assert.ok(section in schema.properties);
});

test("an action that there is not is named", () => {
  assert.match(config("chek").stderr, /"chek" is none of check, show and schema/);
  assert.equal(config().status, 2);
});
