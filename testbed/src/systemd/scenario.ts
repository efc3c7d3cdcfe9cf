import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFile, cp, mkdir, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { TaskState } from "@dwld/rpc";
import { eventually } from "@dwld/timing/testing";
import { eachUnitReadsItsOwn } from "./authority.ts";
import type { Guarantee } from "./guarantees.ts";
import { active, checkout, invocations, must, patient, property, run, traces, units } from "./machine.ts";
import { reloads } from "./reloads.ts";
import { add, arrived, inState, isGiven, startWorld, type World } from "./world.ts";

/**
 * The life of an installed dwld, from `make install` to `make uninstall`. Runs as root in the sandbox, where it may change
 * the machine. Prints a line for each guarantee that holds, and ends at the first that does not.
 */

const boot = Number(process.env["BOOT"]);
if (boot === 1) {
  await refusals();
  await installation();
  await deliveries();
  process.exit(194);
}
await afterPowerCut();
await removal();

function holds(guarantee: Guarantee): void {
  console.log(`ok ${guarantee}`);
}

async function refusals(): Promise<void> {
  const asNobody = await run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "deploy/install");
  assert.equal(asNobody.exitCode, 1);
  assert.match(asNobody.stderr, /needs root: sudo make install/);
  assert.deepEqual(await traces(), []);
  holds("make install without root changes nothing and says so");

  const intruder = createServer().listen(8890, "127.0.0.1");
  await once(intruder, "listening");
  const taken = await run("make", "install");
  assert.notEqual(taken.exitCode, 0);
  assert.match(taken.stderr, /127\.0\.0\.1:8890 is taken by another program/);
  assert.deepEqual(await traces(), []);
  intruder.close();
  holds("make install with a port taken changes nothing and names the port");

  const older = "/etc/systemd/system/dwld.service";
  await writeFile(older, "[Service]\nExecStart=/bin/true\n");
  const beside = await run("make", "install");
  assert.notEqual(beside.exitCode, 0);
  assert.match(beside.stderr, /another dwld is installed here: \/etc\/systemd\/system\/dwld\.service/);
  assert.deepEqual(await traces(), [older]);
  await rm(older);
  holds("make install beside another dwld changes nothing and names its unit");
}

async function installation(): Promise<void> {
  // The sandbox has no network: apt finds what it would have fetched.
  for (const name of await readdir(join(checkout, ".tools/debian/packages")))
    await cp(join(checkout, ".tools/debian/packages", name), join("/var/cache/apt/archives", name));
  await must("make", "install");
  for (const unit of ["memcached.service", "dwld.target", ...units]) {
    assert.equal(await property(unit, "ActiveState"), "active", unit);
    assert.equal((await run("systemctl", "is-enabled", unit)).stdout, "enabled", unit);
  }
  assert.match(await must("getent", "passwd", "dwld"), /^dwld:/);
  assert.match(await must("/usr/local/bin/dwld", "status"), /queued/);
  holds("make install puts up the user, the command and four running units");

  assert.equal(await readFile("/usr/local/share/man/man1/dwld.1", "utf8"), `${await must("dwld", "man")}\n`);
  const places = { bash: "bash-completion/completions/dwld", zsh: "zsh/site-functions/_dwld" };
  for (const [shell, place] of Object.entries(places)) {
    const script = await readFile(join("/usr/local/share", place), "utf8");
    assert.equal(script, `${await must("dwld", "completion", shell)}\n`);
  }
  assert.match(await readFile("/etc/fish/completions/dwld.fish", "utf8"), /^complete -c dwld /m);
  holds("make install puts the manual page and the completion where man and the shells look");

  // Settings and secrets are as an earlier version left them, which handed all secrets to all units.
  const first = await invocations();
  const secrets = "/etc/dwld/secrets";
  const ftp = { enabled: false, host: "127.0.0.1", passwordFile: `${secrets}/ftp-password` };
  await writeFile("/etc/dwld/dwld.yaml", JSON.stringify({ data: "/var/lib/dwld", ftp }));
  for (const name of ["ftp-password", "bot"]) await writeFile(join(secrets, name), `${name}\n`, { mode: 0o600 });
  await appendFile(join(checkout, "CHANGELOG.md"), "\nAnother version.\n");
  await must("make", "install", "WATCH=1");
  const second = await invocations();
  for (const [index, id] of second.entries()) assert.notEqual(id, first[index]);
  holds("make install of another version: what runs is the new one");
  for (const [name, unit] of [
    ["ftp-password", "ftp-sender"],
    ["bot", "api"],
  ] as const) {
    assert.equal(await realpath(join(secrets, name)), join(secrets, unit, name));
    assert.equal(await readFile(join(secrets, name), "utf8"), `${name}\n`);
  }
  holds("an upgrade hands each secret to the unit that uses it, by the settings as they were");

  assert.match(await must("make", "install"), /everything is there already, and runs/);
  assert.deepEqual(await invocations(), second);
  holds("make install a second time changes nothing");
}

async function deliveries(): Promise<void> {
  await using world = await startWorld("dwld-*.service");
  await eachUnitReadsItsOwn();
  holds(
    "each unit reads its own credentials, cookies and key, and none of another unit's, by no way through the processes",
  );
  const first = await add(world, "first");
  await arrived(world, first);
  holds("a link is delivered by the installed units, with a password that only root can read");

  const slow = await add(world, "slow");
  await inState(slow, TaskState.DOWNLOADING);
  const killed = async (unit: string) => {
    const before = await property(unit, "MainPID");
    await must("systemctl", "kill", "--signal=KILL", "--kill-whom=main", unit);
    await active(unit, before);
  };
  await Promise.all(units.map(killed));
  await arrived(world, slow);
  holds("a unit that is killed is started again, and what it was doing arrives all the same");

  await watchdogs();
  await alone();
  await wrongConfiguration();
  await reloads();
  holds("a reload takes new settings over without a restart, and a wrong file fails it and changes nothing");
  await priorities(world);
  const ofFirst = (await must("dwld", "logs", first)).split("\n");
  for (const message of ["a task was asked for", "an attempt begins", "delivered"])
    assert.ok(
      ofFirst.some((line) => line.includes(`"msg":"${message}"`)),
      ofFirst.join("\n"),
    );
  assert.ok(ofFirst.every((line) => line.includes(first)));
  holds("dwld logs finds the lines of a task in the journal");
  await moreWorkers();

  await page(world);
  const running = await add(world, "slow");
  await inState(running, TaskState.DOWNLOADING);
  await must("systemctl", "stop", "dwld.target");
  // It depends on the target alone.
  await eventually("no process of dwld is left", async () => (await run("pgrep", "-u", "dwld")).stdout === "", patient);
  for (const unit of units) assert.equal(await property(unit, "ActiveState"), "inactive", unit);
  holds("stopping the target leaves no process behind");
  await must("systemctl", "start", "dwld.target");
  await inState(running, TaskState.DOWNLOADING);
  await writeFile("/var/lib/dwld/waiting", running);
}

/** Starts of units cost the most CPU here: one ends each of these parts in the state in which the next one begins. */
async function watchdogs(): Promise<void> {
  // What restarts it is systemd, and the same for each: the sender starts soonest.
  const [, , sender] = units;
  const dropIn = `/run/systemd/system/${sender}.d`;
  await mkdir(dropIn, { recursive: true });
  await writeFile(join(dropIn, "watchdog.conf"), "[Service]\nWatchdogSec=3\n");
  await must("systemctl", "daemon-reload");
  await must("systemctl", "restart", sender);
  const pid = await property(sender, "MainPID");
  await must("systemctl", "kill", "--signal=STOP", "--kill-whom=main", sender);
  await active(sender, pid);
  await rm(dropIn, { recursive: true });
  await must("systemctl", "daemon-reload");
  holds("a unit that is frozen is noticed by its watchdog, killed and started again");
}

async function page(world: World): Promise<void> {
  const [, , sender] = units;
  const signal = (name: string) => must("systemctl", "kill", `--signal=${name}`, "--kill-whom=main", sender);
  await signal("STOP");
  const waiting = await add(world, "last");
  await inState(waiting, TaskState.READY_TO_SEND);
  await isGiven(waiting);
  await signal("CONT");
  await inState(waiting, TaskState.DONE);
  holds("a browser gets the page, and a file that waits for its delivery");
}

/** Leaves the worker stopped. */
async function alone(): Promise<void> {
  const [api, worker, sender] = units;
  const runsAlone = async (unit: string) => {
    for (const other of units)
      assert.equal(await property(other, "ActiveState"), other === unit ? "active" : "inactive", other);
  };
  await must("systemctl", "stop", api, sender, "memcached.service");
  await runsAlone(worker);
  await must("systemctl", "start", sender);
  await must("systemctl", "stop", worker);
  await runsAlone(sender);
  await must("systemctl", "start", api);
  await must("systemctl", "stop", sender);
  await runsAlone(api);
  await must("systemctl", "start", sender, "memcached.service");
  holds("each unit runs on while the others are stopped");
}

async function wrongConfiguration(): Promise<void> {
  const file = "/etc/dwld/dwld.yaml";
  const right = await readFile(file, "utf8");
  await writeFile(file, right.replace('"parallel"', '"paralel"').replace('"allowPrivateHosts"', '"alowPrivateHosts"'));
  assert.notEqual((await run("systemctl", "start", units[1])).exitCode, 0);
  assert.equal(await property(units[1], "ActiveState"), "failed");
  assert.equal(await property(units[1], "NRestarts"), "0");
  assert.match(
    await must("journalctl", "-u", units[1], "-n", "20"),
    /alowPrivateHosts: there is no such key; did you mean/,
  );
  await writeFile(file, right);
  await must("systemctl", "start", units[1]);
  holds("a wrong configuration stops a unit once, with its reason in the journal");
}

async function priorities({ ftp }: World): Promise<void> {
  const lines = (await must("journalctl", "-u", "dwld-*", "-o", "json", "--all")).split("\n").filter(Boolean);
  const entries = lines.map((line) => JSON.parse(line) as { PRIORITY: string; MESSAGE: string });
  const ofLevel = (level: string) => entries.filter(({ MESSAGE }) => MESSAGE.startsWith(`{"level":"${level}"`));
  assert.ok(ofLevel("info").length > 0);
  for (const [level, priority] of [
    ["info", "6"],
    ["warn", "4"],
    ["error", "3"],
  ] as const)
    for (const entry of ofLevel(level)) assert.equal(entry.PRIORITY, priority, entry.MESSAGE);
  assert.ok(!lines.join("\n").includes(ftp.password));
  holds("the journal holds the priorities, and no secret");
}

async function moreWorkers(): Promise<void> {
  const file = "/etc/dwld/dwld.yaml";
  const asBefore = await readFile(file, "utf8");
  await writeFile(file, asBefore.replace('"allowPrivateHosts":true', '"allowPrivateHosts":false'));
  await must("systemctl", "start", "dwld-worker@2");
  const status = JSON.parse(await must("dwld", "status", "--json")) as {
    processes: {
      app: string;
      alive: boolean;
      walls?: { networkNamespace?: boolean; sandbox?: boolean; text: string };
    }[];
  };
  const workers = status.processes.filter(({ app, alive }) => app === "worker" && alive);
  assert.equal(workers.length, 2);
  await must("systemctl", "stop", "dwld-worker@2");
  await writeFile(file, asBefore);
  holds("a second worker is one more instance of the unit");
  const walled = workers.filter(({ walls }) => walls?.networkNamespace === true && walls.sandbox === true);
  assert.equal(walled.length, 1, JSON.stringify(workers));
  for (const { walls } of workers) assert.equal(walls?.sandbox, true, walls?.text);
  holds("in the unit of a worker, a network namespace and sandboxes stand");
}

async function afterPowerCut(): Promise<void> {
  await Promise.all(["memcached.service", ...units].map((unit) => active(unit, "0")));
  // The others do not ask where the server is.
  await using world = await startWorld(units[2]);
  const waiting = await readFile("/var/lib/dwld/waiting", "utf8");
  await arrived(world, waiting);
  holds("after a power cut everything comes up by itself, and what waited is delivered");
}

async function removal(): Promise<void> {
  const program = await realpath("/opt/dwld");
  await must("cp", "-al", program, "/root/program");
  await must("make", "uninstall");
  const kept = await traces();
  assert.deepEqual(
    kept.filter((path) => !/^\/(etc|var\/lib)\/dwld/.test(path)),
    [],
  );
  assert.ok(kept.includes("/etc/dwld/dwld.yaml") && kept.includes("/var/lib/dwld/dwld.sqlite"));
  assert.equal((await run("pgrep", "-u", "dwld")).stdout, "");
  // As after an install that ended when it had made the program: making it anew would take as much CPU as all else here.
  await must("mkdir", dirname(program));
  await must("cp", "-al", "/root/program", program);
  await must("make", "install");
  const { tasks } = JSON.parse(await must("dwld", "list", "--json")) as { tasks: unknown[] };
  assert.ok(tasks.length >= 3);
  holds("make uninstall keeps tasks, videos and settings, and a later install finds them");

  await must("make", "uninstall");
  await must("make", "uninstall", "PURGE=1");
  assert.deepEqual(await traces(), []);
  assert.notEqual((await run("getent", "passwd", "dwld")).exitCode, 0);
  holds("PURGE=1 leaves nothing");
}
