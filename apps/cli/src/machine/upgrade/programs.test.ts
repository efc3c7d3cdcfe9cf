import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { lockUpgrades } from "./lock-upgrades.ts";
import { currentProgram, keepPrograms, makeCurrent } from "./programs.ts";
import { readRecord, writeRecord } from "./record.ts";
import { TaskTable } from "./task-table.ts";
import { placeUnits } from "./unit-files.ts";

const root = mkdtempSync(join(tmpdir(), "dwld-programs-"));
after(() => rmSync(root, { recursive: true }));
const places = { link: join(root, "dwld"), programs: join(root, "programs"), units: join(root, "units") };
const [one, other] = ["1.0.0-a", "2.0.0-b"].map((name) => join(places.programs, name)) as [string, string];

function program(folder: string, units: Record<string, string>): void {
  for (const [file, text] of Object.entries(units)) {
    mkdirSync(join(folder, "share/systemd", file, ".."), { recursive: true });
    writeFileSync(join(folder, "share/systemd", file), text);
  }
}

program(one, { "dwld-api.service": "one", "dwld-old.service": "old", "dwld.tmpfiles.conf": "no unit" });
program(other, { "dwld-api.service": "other", "dwld-api.service.d/a.conf": "more" });
mkdirSync(join(places.programs, "0.9.0-c"));

test("programs: the link leads to one program or the other, and the rest is removed", () => {
  assert.equal(currentProgram(places), undefined);
  makeCurrent(places, one);
  makeCurrent(places, other);
  assert.equal(currentProgram(places), other);
  keepPrograms(places, [one, other, undefined]);
  assert.deepEqual([one, other, join(places.programs, "0.9.0-c")].map(existsSync), [true, true, false]);
});

test("units: those of a program replace those of another, and the operator's drop-ins stay", () => {
  const read = (file: string) => readFileSync(join(places.units, file), "utf8");
  assert.equal(placeUnits(places, one).length, 2);
  mkdirSync(join(places.units, "dwld-api.service.d"));
  writeFileSync(join(places.units, "dwld-api.service.d/own.conf"), "own");
  assert.equal(placeUnits(places, other, one).length, 3);
  assert.deepEqual([read("dwld-api.service"), read("dwld-api.service.d/a.conf")], ["other", "more"]);
  assert.ok(!existsSync(join(places.units, "dwld-old.service")));
  placeUnits(places, one, other);
  assert.ok(!existsSync(join(places.units, "dwld-api.service.d/a.conf")));
  assert.equal(read("dwld-api.service.d/own.conf"), "own");
  assert.deepEqual(placeUnits(places, one, other), [], "nothing is left to change");
});

test("record: it is read as it was written, and empty if there is none", () => {
  const path = join(root, "programs/record.json");
  assert.deepEqual(readRecord(path), {});
  const record = { wayBack: { program: one, since: "2026-11-28T00:00:00.000Z", migrations: [] } };
  writeRecord(path, record);
  assert.deepEqual(readRecord(path), record);
});

test("upgrades: a second one is refused while one is in work", async () => {
  const lock = join(root, "programs/lock");
  await lockUpgrades({ lock });
  await assert.rejects(lockUpgrades({ lock }), /another upgrade is in work/);
});

test("backups: those of upgrades are removed but the ones that are named, and the operator's stay", () => {
  const backups = join(root, "backups");
  mkdirSync(join(backups, "rehearsal-x1"), { recursive: true });
  const kept = join(backups, "before-2.0.0-b-20261128T000000Z-2.sqlite");
  for (const name of [
    "before-1.0.0-a-20261127T000000Z.sqlite",
    ".before-1.0.0-a-20261127T000000Z.sqlite.0a1b2c3d.partial",
    "before-2.0.0-b-20261128T000000Z.dump",
    "before-2.0.0.sqlite",
    "nightly.sqlite",
  ])
    writeFileSync(join(backups, name), "");
  writeFileSync(kept, "");
  const programs = { path: "", run: () => Promise.reject(new Error("none is run")) };
  const table = new TaskTable({ path: join(root, "dwld.sqlite") }, { backups }, programs);
  table.keepBackups([undefined, kept]);
  assert.deepEqual(readdirSync(backups).toSorted(), [basename(kept), "before-2.0.0.sqlite", "nightly.sqlite"]);
  new TaskTable({ path: join(root, "dwld.sqlite") }, { backups: kept }, programs).keepBackups([]);
  assert.ok(existsSync(kept), "a file in the place of their folder");
});
