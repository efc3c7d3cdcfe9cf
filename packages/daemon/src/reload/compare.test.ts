import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import { configurationJsonSchema } from "../configuration/json-schema.ts";
import { parseConfiguration, parseValues } from "../configuration/parse-configuration.ts";
import { compare } from "./compare.ts";
import type { FixedConfiguration } from "./fixed-keys.ts";
import { keyTable, type ProcessName, rowOf } from "./key-table.ts";

const file = { file: "/etc/dwld/dwld.yaml" };

function changes(app: ProcessName, before: string, after: string) {
  const { taken, needsRestart, values } = compare(app, parseValues(before, file), parseValues(after, file));
  return { taken, needsRestart, values };
}

test("reload table: every key of the configuration has one row, and every row is of a key", () => {
  const keys = keysOf(configurationJsonSchema());
  assert.ok(keys.length > 60);
  const rows = keys.map((key) => [key.join("."), rowOf(key)?.key] as const);
  assert.deepEqual(
    rows.filter(([, row]) => row === undefined),
    [],
    "classed as taken over by a reload, or as needing a restart",
  );
  const used = new Set(rows.map(([, row]) => row));
  assert.deepEqual(
    Object.keys(keyTable).filter((row) => !used.has(row as keyof typeof keyTable)),
    [],
  );
});

test("reload table: the compiler finds who reads a key only once that a reload changes", () => {
  const fixed: FixedConfiguration = parseConfiguration("ftp: { host: nas.example }", file);
  assert.equal(fixed.ftp?.host, "nas.example");
  // @ts-expect-error a whole section
  assert.ok(fixed.limits);
  // @ts-expect-error a key of a section, beside one that is fixed
  assert.ok(fixed.worker.parallel);
  // @ts-expect-error a key of a section that may be absent
  assert.ok(fixed.ftp?.path);
});

test("reload: a process takes over what it uses, keeps what needs a restart, and is silent about the rest", () => {
  const after = 'worker: { parallel: 5, wall: off }\nhistory: { keepDays: 7 }\napi: { listen: "127.0.0.1:1" }';
  const worker = changes("worker", "", after);
  assert.deepEqual(worker.taken, ["worker.parallel", "history.keepDays"]);
  assert.deepEqual(worker.needsRestart, ["worker.wall"]);
  assert.equal(worker.values.worker.wall, "auto");
  assert.equal(worker.values.worker.parallel, 5);
  const api = changes("api", "", after);
  assert.deepEqual([api.taken, api.needsRestart], [["worker.parallel"], ["api.listen"]]);
  assert.equal(api.values.api.listen, "127.0.0.1:8888");
});

test("reload: what needs a restart is named until it is taken back", () => {
  const { values } = changes("api", "", 'api: { listen: "127.0.0.1:1" }');
  const again = compare("api", values, parseValues('api: { listen: "127.0.0.1:1" }\nlimits: {}', file));
  assert.deepEqual(again.needsRestart, ["api.listen"]);
  assert.deepEqual(compare("api", again.values, parseValues("", file)).needsRestart, []);
});

test("reload: stages come, change and go; one with another proxy holds stages and sites until a restart", () => {
  const before =
    "stages: { one: { ipVersion: 4 }, two: {} }\nsites: { tube: { hosts: [tube.example], stages: [one, two] } }";
  const plain = changes(
    "worker",
    before,
    "stages: { one: { ipVersion: 6 }, three: {} }\nsites: { tube: { hosts: [tube.example], stages: [one, three] } }",
  );
  assert.deepEqual(plain.taken, ["stages.one.ipVersion", "stages.two", "stages.three", "sites.tube.stages"]);
  assert.deepEqual([plain.needsRestart, Object.keys(plain.values.stages)], [[], ["one", "three"]]);
  const proxied = changes(
    "worker",
    before,
    'stages: { one: { ipVersion: 6 }, two: {}, far: { proxy: "socks5://127.0.0.1:1" } }\nsites: { tube: { hosts: [tube.example], stages: [far] } }\nlog: { level: warn }',
  );
  assert.deepEqual(proxied.taken, ["log.level"]);
  assert.deepEqual(proxied.needsRestart, ["stages.one.ipVersion", "stages.far", "sites.tube.stages"]);
  assert.deepEqual(proxied.values.stages, parseValues(before, file).stages);
  assert.deepEqual(proxied.values.sites, parseValues(before, file).sites);
});

test("reload: with another FTP server, nothing of its section is taken over; with the same one, all else is", () => {
  const before = 'ftp: { host: nas.example, user: one, path: "a/{name}" }';
  const same = changes("ftp-sender", before, 'ftp: { host: nas.example, user: two, path: "b/{name}" }');
  assert.deepEqual([same.taken, same.needsRestart], [["ftp.user", "ftp.path"], []]);
  const other = changes("ftp-sender", before, "ftp: { host: other.example, user: two }");
  assert.deepEqual(other.taken, []);
  assert.deepEqual(other.needsRestart, ["ftp.host", "ftp.user", "ftp.path"]);
  assert.deepEqual(other.values.ftp, parseValues(before, file).ftp);
  for (const [from, to] of [
    [before, ""],
    ["", before],
  ] as const) {
    const { taken, needsRestart, values } = changes("api", from, to);
    assert.deepEqual([taken, needsRestart, values.ftp], [[], ["ftp"], parseValues(from, file).ftp]);
  }
});

test("reload: an equal configuration changes nothing, however it is written", () => {
  for (const app of ["api", "worker", "ftp-sender", "up"] as const) {
    const { taken, needsRestart } = changes(app, "worker: { parallel: 2 }\nsites:", "# nothing\nstages: {}");
    assert.deepEqual([taken, needsRestart], [[], []]);
  }
});

type Schema = z.core.JSONSchema.BaseSchema;

/** Returns the path of each key with a value; a name is "NAME", and a list is one value. */
function keysOf(
  { properties, additionalProperties: named }: Schema,
  path: readonly string[] = [],
): (readonly string[])[] {
  if (properties !== undefined)
    return Object.entries(properties).flatMap(([key, one]) => keysOf(one as Schema, [...path, key]));
  if (typeof named === "object" && "properties" in named) return keysOf(named, [...path, "NAME"]);
  return [path];
}
