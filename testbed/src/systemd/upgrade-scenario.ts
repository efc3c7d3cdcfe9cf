import assert from "node:assert/strict";
import { mkdir, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TaskState } from "@dwld/rpc";
import { eventually } from "@dwld/timing/testing";
import type { Guarantee } from "./guarantees.ts";
import { checkout, invocations, killedAt, must, patient, run, units } from "./machine.ts";
import { type Difference, inRehearsal, otherProgram } from "./other-program.ts";
import { empty, fill, isAtWork, isRefused, programs, succeeds, upgradeTo } from "./upgrading.ts";
import { add, arrived, inState, startWorld } from "./world.ts";

/** Upgrades of an installed dwld that has work, and all that can go wrong with them. Runs as scenario.ts does. */

const [api, worker] = units;
const backups = "/var/backups/dwld";

await installOnSmallDisks();
await using world = await startWorld("dwld-*.service");
const tasks = [await add(world, "long"), ...(await shortOnes())];
await inState(tasks[0] ?? "", TaskState.DOWNLOADING);
await inTheMiddleOfWork();
await twoAtOnce();
await programsThatAreNotWhole();
await versionsThatDoNotWork();
await fullDiskForTheBackup();
await signals();
await interruptedInstallation();
await migrations();
await interruptions();
await backByHand();
for (const id of tasks) await arrived(world, id);
const there = (await readdir(world.ftp.root, { recursive: true, withFileTypes: true })).filter((entry) =>
  entry.isFile(),
);
assert.equal(there.length, tasks.length, JSON.stringify(there.map(({ name }) => name)));
holds("what was in work and in the queue arrives once, over all that");

function holds(guarantee: Guarantee): void {
  console.log(`ok ${guarantee}`);
}

/** So that they can be filled. */
async function installOnSmallDisks(): Promise<void> {
  for (const name of await readdir(join(checkout, ".tools/debian/packages")))
    await must("cp", join(checkout, ".tools/debian/packages", name), "/var/cache/apt/archives/");
  for (const [path, size] of [
    [programs, "2G"],
    [backups, "400M"],
    ["/var/lib/dwld", "400M"],
  ] as const) {
    await mkdir(path, { recursive: true });
    await must("mount", "-t", "tmpfs", "-o", `size=${size}`, "small", path);
  }
  await must("make", "install");
  await must("ln", "-s", "ftp-sender/ftp-password", "/etc/dwld/secrets/ftp-password");
}

async function shortOnes(): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < 6; index += 1) ids.push(await add(world, `short${index}`));
  return ids;
}

async function inTheMiddleOfWork(): Promise<void> {
  const before = await realpath("/opt/dwld");
  const next = await otherProgram();
  assert.match(await succeeds(next), /The way back to .*: sudo dwld upgrade --back/);
  const { installed, wayBack } = JSON.parse(await must("dwld", "upgrade", "--json")) as {
    installed: string;
    wayBack: { program: string };
  };
  assert.deepEqual(
    [installed, wayBack.program],
    [next, before].map((path) => path.split("/").at(-1)),
  );
  await inState(tasks[0] ?? "", TaskState.DOWNLOADING);
  holds("an upgrade in the middle of downloads fails none, and the versions are told");
}

/** The second one comes before the first has changed anything, and would remove its program. */
async function twoAtOnce(): Promise<void> {
  const next = await otherProgram();
  const said = "/tmp/second";
  const first = await upgradeTo(next, { trial: `DWLD_UPGRADE_TRIAL=check=dwld upgrade --back >${said} 2>&1; true` });
  assert.match(await readFile(said, "utf8"), /another upgrade is in work/);
  assert.equal(first.exitCode, 0, first.all);
  await isAtWork(next, first.all);
  holds("a second upgrade is refused while one is in work");
}

async function programsThatAreNotWhole(): Promise<void> {
  const [before, current] = [await invocations(), await realpath("/opt/dwld")];
  const shims = "/tmp/shims";
  await mkdir(shims);
  const install = async (name: string, text: string) => {
    await writeFile(join(shims, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    const refused = await run("env", `PATH=${shims}:${process.env["PATH"]}`, "make", "install");
    await rm(join(shims, name));
    assert.notEqual(refused.exitCode, 0, refused.all);
    assert.deepEqual(await invocations(), before, refused.all);
    await isAtWork(current, refused.all);
    return refused.all;
  };
  await must("bash", "-c", "echo 'Another version.' >> CHANGELOG.md");
  await fill(programs);
  assert.match(await install("none", ""), /has \d+ MB free, and the new version takes \d+ MB/);
  // The look ahead sees more than there is.
  assert.match(await install("df", "echo Avail; echo 9999999"), /No space left on device/);
  await empty(programs);
  holds("a disk without room for the program stops nothing, before and while it is copied");
  const cut = 'exec /usr/bin/sync "$@"';
  assert.match(
    await install(
      "sync",
      `for f in ${programs}/*.partial/lib/dwld.js; do [ -f $f ] && truncate -s 1000 $f; done; ${cut}`,
    ),
    /is not what was made/,
  );
  holds("a program that was not copied whole is not used");
}

async function versionsThatDoNotWork(): Promise<void> {
  const refuses = await otherProgram({
    before: 'if [ "$1" = config ]; then echo "wrong key: paralel" >&2; exit 78; fi',
  });
  assert.match(
    await isRefused(refuses, { stops: false }),
    /cannot run with .*dwld\.yaml: mend it[^]*paralel[^]*nothing was stopped/,
  );
  holds("a configuration that the new version refuses stops nothing");

  const dies = await otherProgram({ before: 'if [ "$1" = worker ]; then echo "no such library" >&2; exit 3; fi' });
  assert.match(
    await isRefused(dies, { stops: false }),
    /dwld-rehearsal-worker@1\.service ended[^]*no such library[^]*nothing was stopped/,
  );
  holds("a version that does not start here stops nothing");

  const hangs = await otherProgram({
    before: `if [ "$1" = ftp-sender ] && ! ${inRehearsal}; then exec sleep infinity; fi`,
  });
  assert.match(
    await isRefused(hangs, { stops: true }),
    /dwld-ftp-sender\.service was not ready within 30 s[^]*runs again, and no task was lost/,
  );
  holds("a version that is never ready is taken back");

  const ends = await otherProgram({
    before: `if [ "$1" = worker ] && ! ${inRehearsal}; then (sleep 10; kill -9 $$) & fi`,
  });
  assert.match(
    await isRefused(ends, { stops: true, watch: 30 }),
    /dwld-worker@1\.service ended, and systemd has started it again/,
  );
  holds("a version that ends after a while is taken back");
}

async function fullDiskForTheBackup(): Promise<void> {
  await fill(backups);
  assert.match(await isRefused(await otherProgram(), { stops: false }), /\/var\/backups\/dwld has .* free, and up to/);
  await empty(backups);
  const trial = `DWLD_UPGRADE_TRIAL=backup=dd if=/dev/zero of=${backups}/filler bs=1M; true`;
  assert.match(
    await isRefused(await otherProgram(), { stops: false, trial }),
    /cannot be written into|ENOSPC|disk full/,
  );
  await empty(backups);
  holds("a disk without room for the backup stops nothing, before and while it is written");
}

async function signals(): Promise<void> {
  const trial = "DWLD_UPGRADE_TRIAL=ready=kill -INT $DWLD_UPGRADE_PID";
  assert.match(
    await isRefused(await otherProgram(), { stops: true, trial, watch: 5 }),
    /stopped by a signal[^]*runs again/,
  );
  holds("a signal takes an upgrade back");
  const closed = await otherProgram();
  const done = await upgradeTo(closed, { trial: "DWLD_UPGRADE_TRIAL=ready=kill -HUP $DWLD_UPGRADE_PID" });
  assert.equal(done.exitCode, 0, done.all);
  await isAtWork(closed, done.all);
  holds("an upgrade goes on if its terminal is closed");
}

/** Kills an installation together with its upgrade when the new program is in the place of the old one. */
async function interruptedInstallation(): Promise<void> {
  await must("bash", "-c", "echo 'Yet another version.' >> CHANGELOG.md");
  const before = await invocations();
  const interrupted = await run("env", killedAt("start", { caller: true }), "deploy/install");
  assert.notEqual(interrupted.exitCode, 0, interrupted.all);
  assert.deepEqual(await invocations(), before, interrupted.all);
  assert.match(await must("make", "install", "WATCH=1"), /was interrupted, and is carried on/);
  for (const [index, id] of (await invocations()).entries()) assert.notEqual(id, before[index]);
  holds("make install that was interrupted is carried on: what runs is the new version");
}

async function migrations(): Promise<void> {
  const table = 'await database.schema.createTable("later").ifNotExists().addColumn("x","integer").execute();';
  const fails = 'throw new Error("half way");';
  assert.match(
    await isRefused(await otherProgram({ migration: table + fails }), { stops: false }),
    /half way[^]*nothing was stopped/,
  );
  holds("a migration that fails on the copy stops nothing");

  // Root migrates the copy first, and then the table; a rehearsed unit is none of the two.
  const second = `const fs=process.getBuiltinModule("fs");if(process.getuid()===0){if(fs.existsSync("/run/tried")){${fails}}fs.writeFileSync("/run/tried","");}`;
  assert.match(
    await isRefused(await otherProgram({ migration: table + second }), { stops: true }),
    /half way[^]*runs again/,
  );
  holds("a migration that fails on the table is taken back");

  const trial = "DWLD_UPGRADE_TRIAL=migration=dd if=/dev/zero of=/var/lib/dwld/filler bs=1M; true";
  const current = await realpath("/opt/dwld");
  const large =
    'await database.schema.createIndex("later_index").on("tasks").columns(["link","title","user_name"]).execute();';
  const full = await upgradeTo(await otherProgram({ migration: table + large }), { trial });
  assert.equal(full.exitCode, 1, full.all);
  assert.match(full.stderr, /disk|full/);
  await empty("/var/lib/dwld");
  await must("systemctl", "start", ...units);
  await isAtWork(current, full.all);
  holds("a migration that finds the disk full leaves the version before");

  // Neither claims nor links come between, so that nothing but the schema changes.
  const broken: Difference = {
    migration: table,
    before: `case $1 in worker | ftp-sender) ${inRehearsal} || exit 3 ;; esac`,
  };
  const { tasks: listed } = JSON.parse(await must("dwld", "list", "--json")) as { tasks: unknown[] };
  assert.match(
    await isRefused(await otherProgram(broken), { stops: true }),
    /ended[^]*runs again, and no task was lost/,
  );
  assert.equal((JSON.parse(await must("dwld", "list", "--json")) as { tasks: unknown[] }).tasks.length, listed.length);
  holds("a version that migrated and does not work is taken back with the table, if nothing was written since");

  await changedSince(broken);
}

/** A link is accepted by the new api before its worker turns out not to work. */
async function changedSince(broken: Difference): Promise<void> {
  const before = await realpath("/opt/dwld");
  const adds = `curl -sf -H 'content-type: application/json' -d '{"link":"${world.site.pageLink("last")}"}' http://127.0.0.1:8890/dwld.v1.DownloadService/AddTask`;
  const late = `case $1 in worker | ftp-sender) ${inRehearsal} || { ${adds} >/dev/null; exit 3; } ;; esac`;
  const stays = await otherProgram({ ...broken, before: late });
  const told = await upgradeTo(stays);
  assert.equal(told.exitCode, 1, told.all);
  assert.equal(await realpath("/opt/dwld"), stays, told.all);
  const [, backup = ""] = /sudo dwld restore (\S+);/.exec(told.stderr) ?? [];
  assert.match(told.stderr, /are not thrown away/);
  await must("systemctl", "stop", "dwld-*");
  await must("/opt/dwld/bin/dwld", "restore", backup);
  await must("/opt/dwld/bin/dwld", "upgrade", "--back", "--watch", "1");
  await must("systemctl", "start", ...units);
  await isAtWork(before, told.all);
  holds("a version that migrated and does not work stays if something was written since, and says what to do");
}

async function interruptions(): Promise<void> {
  const calm = ["check", "backup", "rehearsal", "begin", "switch", "units", "start", "ready", "end"];
  const migrating = ["stop", "final-backup", "switch", "units", "migration", "migrated"];
  const cases = [
    ...calm.map((step) => ({ step, how: {} })),
    ...migrating.map((step) => ({ step, how: { migration: "await Promise.resolve();" } })),
  ];
  for (const { step, how } of cases) {
    const next = await otherProgram(how);
    const killed = await upgradeTo(next, { trial: killedAt(step, { caller: false }) });
    assert.notEqual(killed.exitCode, 0, `${step}: ${killed.all}`);
    const program = await realpath("/opt/dwld");
    assert.equal((await run(join(program, "bin/dwld"), "--version")).exitCode, 0, step);
    await must("systemctl", "start", api, worker);
    const again = await upgradeTo(next);
    assert.equal(again.exitCode, 0, `${step}: ${again.all}`);
    await must("systemctl", "start", ...units);
    await isAtWork(next, again.all);
  }
  holds("an upgrade that is killed at any step leaves a whole version, and is carried on");
}

async function backByHand(): Promise<void> {
  const refused = await run("dwld", "upgrade", "--back");
  assert.equal(refused.exitCode, 1, refused.all);
  assert.match(refused.stderr, /does not read the task table, which was migrated[^]*sudo dwld restore/);
  const before = await realpath("/opt/dwld");
  await succeeds(await otherProgram());
  await must("dwld", "upgrade", "--back", "--watch", "1");
  await isAtWork(before, "back");
  await eventually("the api answers", async () => (await run("dwld", "status")).exitCode === 0, patient);
  holds("the way back by hand is taken, and refused where the table was migrated");
}
