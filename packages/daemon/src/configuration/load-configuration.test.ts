import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { layout } from "@dwld/layout";
import { layoutOf } from "@dwld/layout/places";
import { ConfigurationError } from "./configuration-error.ts";
import {
  configurationOf,
  fileOfConfiguration,
  loadConfiguration,
  readConfigurationFile,
} from "./load-configuration.ts";

const folder = mkdtempSync(join(tmpdir(), "dwld-configuration-"));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test("configuration: --config goes before DWLD_CONFIG, --data before DWLD_DATA before the file", () => {
  const one = file("one.yaml", "data: one\nworker: { parallel: 3 }");
  const two = file("two.yaml", "worker: { parallel: 4 }");
  assert.equal(loadConfiguration({ config: one }, { DWLD_CONFIG: two }).worker.parallel, 3);
  assert.equal(loadConfiguration({}, { DWLD_CONFIG: two }).worker.parallel, 4);
  assert.equal(loadConfiguration({ config: one }, {}).data, join(folder, "one"));
  assert.equal(loadConfiguration({ config: one }, { DWLD_DATA: "/env" }).data, "/env");
  assert.equal(loadConfiguration({ config: one, data: "here" }, { DWLD_DATA: "/env" }).data, resolve("here"));
  assert.equal(loadConfiguration({ config: one }, { DWLD_DATA: "", DWLD_CONFIG: "" }).data, join(folder, "one"));
});

test("configuration: a checkout has settings and data of its own, an installation those of the units", () => {
  const placesOf = (kind: "checkout" | "installation") => {
    const { configuration, data } = layoutOf(kind, "/src/dwld", "1.0.0");
    return [configuration, data];
  };
  assert.deepEqual(placesOf("checkout"), ["/src/dwld/data/dwld.yaml", "/src/dwld/data"]);
  assert.deepEqual(placesOf("installation"), ["/etc/dwld/dwld.yaml", "/var/lib/dwld"]);
});

test("configuration: if nobody names a file, that of the layout counts, and without it the data folder of the layout", () => {
  assert.equal(fileOfConfiguration({}, {}), layout.configuration);
  const absent = { file: layout.configuration, text: "", data: layout.data };
  assert.equal(configurationOf(absent, {}, {}).data, layout.data);
  assert.equal(configurationOf(absent, {}, { DWLD_DATA: "/env" }).data, "/env");
  if (!existsSync(layout.configuration)) assert.deepEqual(readConfigurationFile({}, {}), absent);
});

test("configuration: each worker of a machine has its own health port", () => {
  const config = file("ports.yaml", 'health: { worker: "127.0.0.1:8082" }');
  const worker = (instance?: number) => loadConfiguration({ config, instance }, {}).health.worker;
  assert.deepEqual([worker(), worker(1), worker(3)], ["127.0.0.1:8082", "127.0.0.1:8082", "127.0.0.1:8102"]);
});

const refusals: readonly [name: string, path: () => string, message: RegExp][] = [
  [
    "a file that is not there",
    () => join(folder, "none.yaml"),
    /none\.yaml: does not exist; name the configuration file with --config/,
  ],
  [
    "a folder",
    () => mkdirSync(join(folder, "folder"), { recursive: true }) ?? join(folder, "folder"),
    /: is a folder; name the file in it with --config/,
  ],
  [
    "a file that is no text",
    () => file("binary.yaml", Buffer.from([0xff, 0xfe, 0x00])),
    /: is not UTF-8 text; save it as UTF-8/,
  ],
  ["a file with a mistake", () => file("wrong.yaml", "x: 1"), /wrong\.yaml:1: x: there is no such key/],
];

for (const [name, path, message] of refusals) {
  test(`configuration: refuses ${name}, and names it`, () => {
    const config = path();
    assert.throws(
      () => loadConfiguration({ config }, {}),
      (error) => error instanceof ConfigurationError && message.test(error.message),
    );
  });
}

test("configuration: an error about a file that the environment named says so", () => {
  assert.throws(
    () => loadConfiguration({}, { DWLD_CONFIG: "/nowhere/x.yaml" }),
    /name the configuration file with DWLD_CONFIG/,
  );
});
