import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { getPriority, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { emptyStage } from "@dwld/daemon";
import { isRunning, type ProcessIdentity } from "@dwld/queue";
import { eventually } from "@dwld/testbed";
import { openWayOut, type WayOut } from "../egress/way-out.ts";
import { openSandboxes } from "../process/open-sandboxes.ts";
import { spawnProgram } from "../process/spawn.ts";
import { makeWalls, noWalls, type Walls } from "../process/walls.ts";
import { makeOwnFolder, prepareWorkdir, workdirOf } from "../workdir/workdir.ts";
import { askFreely, type Capabilities, readCapabilities } from "../ytdlp/capabilities.ts";
import { ForkServer } from "../ytdlp/fork-server/fork-server.ts";
import { findPythonProgram } from "../ytdlp/fork-server/python-program.ts";
import type { LoadedYtdlps } from "../ytdlp/fork-server/loaded-ytdlps.ts";
import { createYtdlpRunner } from "../ytdlp/run-ytdlp.ts";

/**
 * Runs of the real yt-dlp that were taken over: a plugin attempts all that it can (hostile-plugin) on files of this process, which
 * is the worker, and on another run, which goes on meanwhile.
 */

const plugin = join(import.meta.dirname, "testing/hostile-plugin");
const environment = { PATH: process.env["PATH"] ?? "" };
const never = new AbortController().signal;

let folder = "";
let way: WayOut;
let ytdlp: Capabilities;
let missing: string | undefined;
/** The sandboxes in the network namespace, if this machine makes one, and without it. */
let walled: Walls;
let sandboxed: Walls;
let server: ForkServer;
/** Whether runs that are forked enter their sandbox. */
let isSandboxed = true;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-hostile-"));
  way = await openWayOut({ wall: "auto", ownProxies: [], environment });
  const opened = await openSandboxes({ environment, ports: way.ports });
  ({ missing } = opened);
  const sandboxes = opened.sandboxes && { ...opened.sandboxes, read: [...opened.sandboxes.read, plugin] };
  walled = makeWalls(way, sandboxes);
  sandboxed = makeWalls(noWalls, sandboxes);
  const installed = { name: "default", command: ["yt-dlp"] } as const;
  ({ capabilities: ytdlp } = await readCapabilities(installed, askFreely(installed, environment)));
  const program = await findPythonProgram(ytdlp.command, environment.PATH);
  assert.ok(program);
  const wordsFor: Walls["wordsFor"] = (grant) => (isSandboxed ? sandboxed.wordsFor(grant) : undefined);
  server = new ForkServer(program, environment, { ...noWalls, wordsFor });
});
after(async () => {
  await server.close();
  await way.close();
  await rm(folder, { recursive: true });
});

const noGrant = { read: [], write: [] };

/** How a run begins. */
const beginnings = {
  forked: async (_, request) => await server.start(request),
  alone: async ({ command }, { arguments: words, grant = noGrant, ...request }) =>
    await Promise.resolve(spawnProgram({ ...request, argv: walled.confine([...command, ...words], grant) })),
} as const satisfies Record<string, LoadedYtdlps["start"]>;

/** Starts a run of the plugin with what the link tells it. */
async function begin(task: string, beginning: keyof typeof beginnings, told: object) {
  const workdir = workdirOf(folder, task);
  await makeOwnFolder(folder, folder);
  await prepareWorkdir(workdir, {}, undefined);
  const link = `http://site.example/?${encodeURIComponent(JSON.stringify(told))}`;
  const leader = Promise.withResolvers<ProcessIdentity>();
  const runYtdlp = createYtdlpRunner({
    ytdlps: { start: beginnings[beginning], close: () => Promise.resolve() },
    environment,
    egressProxy: way.urls,
    limits: () => ({ maxMemoryBytes: 4 * 2 ** 30, idleTimeoutSeconds: 60, minBytesPerSecond: 0, slowAfterSeconds: 60 }),
  });
  const ended = runYtdlp({
    ...{ ytdlp, stage: emptyStage, folders: workdir, signal: never, phase: () => "reading" as const },
    arguments: () => ["--ignore-config", "--no-plugin-dirs", `--plugin-dirs=${plugin}`, "--", link],
    onEvent: () => undefined,
    onPace: () => undefined,
    onLeader: async (of) => {
      leader.resolve(of);
      await Promise.resolve();
    },
  });
  return { workdir, leader: await leader.promise, ended };
}

/** Serves all that an attempt can reach. */
async function startServices(context: TestContext, outside: string) {
  // Closed sooner, a UNIX socket would refuse what the run sends.
  const serve = () => createServer((socket) => socket.once("data", () => socket.destroy()));
  const tcp = serve().listen(0, "127.0.0.1");
  const servers = [tcp, serve().listen(join(outside, "socket")), serve().listen(`\0${outside}`)];
  await Promise.all(servers.map((one) => once(one, "listening")));
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket("udp4").bind(port, "127.0.0.1");
  await once(udp, "listening");
  context.after(() => {
    for (const one of [...servers, udp]) one.close();
  });
  return { port, abstract: outside };
}

/** Returns the processes that work in a folder. */
function processesIn(path: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === path;
    } catch {
      // The process has ended, or belongs to somebody else.
      return false;
    }
  });
}

for (const [what, beginning, inside] of [
  ["a forked run in its sandbox does none of what it attempts", "forked", true],
  ["a lone run inside both walls does none of what it attempts", "alone", true],
  ["without a sandbox, a run does all that it attempts", "forked", false],
] as const)
  test(`hostile runs: ${what}, and the worker and another run go on`, async (context) => {
    if (missing !== undefined) return context.skip(`NOT TESTED: there are no sandboxes here (${missing})`);
    isSandboxed = inside;
    const outside = await mkdtemp(join(folder, "outside-"));
    for (const name of ["table", "cookies.txt", "credential"]) await writeFile(join(outside, name), "secret");
    await chmod(join(outside, "table"), 0o600);
    const aims = await startServices(context, outside);
    const signals: string[] = [];
    const onSignal = (name: string) => signals.push(name);
    process.on("SIGWINCH", onSignal);
    const priority = getPriority();
    context.after(() => {
      process.off("SIGWINCH", onSignal);
      if (process.geteuid?.() === 0) setPriority(priority);
    });
    const until = join(folder, `until-${beginning}-${String(inside)}`);
    const sibling = await begin(`other-${beginning}-${String(inside)}`, beginning, { until });
    for (const name of ["part", "waste"]) await writeFile(join(sibling.workdir.temp, name), "a part");

    const hostile = await begin(`hostile-${beginning}-${String(inside)}`, beginning, {
      ...aims,
      ...{ worker: process.pid, sibling: sibling.leader.pid, outside, others: sibling.workdir.temp },
      priority: Math.min(19, priority + 1),
    });
    const { stdout, stderr, exitCode } = await hostile.ended;
    assert.equal(exitCode, 0, stderr.join("\n"));
    const said = JSON.parse(stdout.at(-1) ?? "") as Record<string, boolean>;
    const done = Object.keys(said).filter((name) => said[name]);
    const answered = ["changes the mode of the task table", "changes the priority of the worker"];
    assert.deepEqual(done, inside ? answered : Object.keys(said));
    const { mode } = await stat(join(outside, "table"));
    assert.equal(mode & 0o777, inside ? 0o600 : 0o640);
    assert.equal(getPriority(), inside ? priority : Math.min(19, priority + 1));
    assert.deepEqual(signals, inside ? [] : ["SIGWINCH"]);

    assert.ok(isRunning(sibling.leader));
    if (inside) assert.deepEqual((await readdir(sibling.workdir.temp)).toSorted(), ["part", "waste"]);
    if (inside) assert.equal(await readFile(join(outside, "table"), "utf8"), "secret");
    await writeFile(until, "");
    assert.equal((await sibling.ended).exitCode, 0);
    assert.ok(existsSync(join(sibling.workdir.temp, "whole")));
    if (inside) await eventually("nothing is left of it", () => processesIn(hostile.workdir.temp).length === 0);
    for (const pid of processesIn(hostile.workdir.temp)) process.kill(pid);
  });
