import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";
import {
  type Dwld,
  dwldCommand,
  eventually,
  freePorts,
  idleYtdlp,
  linkProgramAnswers,
  startDwld,
  startSampleSite,
  waitForTask,
} from "@dwld/testbed";
import { execa } from "execa";

const apps = ["api", "worker", "ftp-sender"] as const;

type App = (typeof apps)[number];

/** Waits for the process of an app below `dwld up`, other than a known one. */
async function processOf(dwld: Dwld, app: App, known?: number): Promise<number> {
  return await eventually(`the ${app} has a process`, () => {
    const pid = dwld.processIdBelowUp(app);
    return pid !== undefined && pid !== known && pid;
  });
}

/** Kills it, and waits for the one that takes its place. */
async function killOnce(dwld: Dwld, app: App): Promise<void> {
  const pid = await processOf(dwld, app);
  process.kill(pid, "SIGKILL");
  await processOf(dwld, app, pid);
}

async function untilReady(dwld: Dwld): Promise<void> {
  await eventually("all apps are ready", async () => {
    const answers = await Promise.all(Object.values(dwld.health).map((url) => fetch(`${url}/readyz`)));
    return answers.every(({ ok }) => ok);
  });
}

// These tests share one `dwld up`: each would start a process for each app.
describe("up", { concurrency: 1 }, () => {
  let dwld: Dwld;
  before(async () => {
    const configuration = { worker: { ytdlp: { command: idleYtdlp } }, shutdown: { graceSeconds: 1 } };
    dwld = await startDwld({ apps: ["up"], configuration, until: "started" });
  });
  after(() => dwld.stop());

  test("up: an app that is killed as it starts, again within its first seconds and later, is started again", async () => {
    await Promise.all(apps.map((app) => killOnce(dwld, app)));
    await untilReady(dwld);
    // From here on one stands for all: who starts it again, and when, is the same for each.
    const readyMs = performance.now();
    await killOnce(dwld, "api");
    await untilReady(dwld);
    await eventually("the apps are older than five seconds", () => performance.now() - readyMs > 5500);
    await killOnce(dwld, "api");
    await untilReady(dwld);
  });

  test("up: one that starts when another was killed waits for that one's apps to end, and has their addresses then", async () => {
    const pids = await Promise.all(apps.map((app) => processOf(dwld, app)));
    // The apps end slowly: what they are told, they hear when they wake up.
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    dwld.signal("up", "SIGKILL");
    await dwld.waitForEnd("up");
    const restarted = dwld.restart("up");
    await eventually("it waits for them", () => dwld.output("up").includes("of a dwld up that was killed to end"));
    for (const pid of pids) process.kill(pid, "SIGCONT");
    await restarted;
    await untilReady(dwld);
  });

  test("up: where no person reads each line is JSON, and a status that says that an app cannot run ends all of it, with that status", async () => {
    const { task } = await dwld.client.addTask({ link: "http://127.0.0.1:9/x.mp4" });
    await waitForTask(dwld.client, task?.id ?? "", ({ failure }) => failure !== undefined);
    const lines = dwld.output("up").trim().split("\n");
    for (const line of lines) assert.equal(typeof (JSON.parse(line) as { msg: string }).msg, "string");
    assert.ok(lines.some((line) => line.includes('"a task was asked for"')));

    await writeFile(dwld.configurationFile, "worker: { paralel: 1 }\n");
    process.kill(await processOf(dwld, "worker"), "SIGKILL");
    const { exitStatus } = await dwld.waitForEnd("up");
    assert.equal(exitStatus, 78);
    assert.match(dwld.output("up").trim().split("\n").at(-1) ?? "", /^dwld up: .*did you mean parallel\?$/);
  });
});

test("up: --only runs the apps that it names, starts no memcached for an api elsewhere, and says so", async (t) => {
  const { folder, config, http } = await configured(t);
  const until = "until grep -qs 'all apps were started' data/log/*; do sleep 0.1; done";
  const look = `curl -s http://${http}/ && echo served`;
  const line = `${dwldCommand} up --config ${config} --only ftp-sender,worker & pid=$!; ${until}; ${look}; kill $pid; wait $pid`;
  const { status, stdout } = await onTerminal(line, folder);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /dwld [\d.]+ runs here: worker, ftp-sender; Ctrl-C ends it/);
  assert.match(stdout, /missing +progress is up to 5 s older on the page: cache\.servers names no memcached/);
  assert.doesNotMatch(stdout, /served|Give it a link|gRPC/);
  assert.ok(!existsSync(join(folder, "data/memcached.sock")));
});

test("up: --only refuses an app that does not exist, and says which there are", async (t) => {
  const { folder, config } = await configured(t);
  const { status, stdout } = await onTerminal(`${dwldCommand} up --config ${config} --only worker,sender`, folder);
  assert.equal(status, 2);
  assert.match(stdout, /There is no app "sender": name some of api, worker, ftp-sender/);
});

test("up: where an address is taken, that is the last thing that stands on the terminal", async (t) => {
  const { folder, config, grpc } = await configured(t);
  const server = createServer().listen(grpc, "127.0.0.1");
  t.after(() => server.close());
  const { status, stdout } = await onTerminal(`${dwldCommand} up --config ${config}`, folder);
  assert.equal(status, 69);
  const last = stdout.trim().split(/\r?\n/).at(-1) ?? "";
  assert.match(last, new RegExp(`^dwld up: 127\\.0\\.0\\.1:${grpc} is taken by another program; set api\\.listen`));
});

/** A folder with a configuration of free ports. */
async function configured(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-up-"));
  t.after(() => rm(folder, { recursive: true }));
  const [grpc = 0, http = 0, api = 0, worker = 0, ftpSender = 0] = await freePorts(5);
  const at = (port: number) => `127.0.0.1:${port}`;
  const config = join(folder, "dwld.yaml");
  const all = {
    data: "data",
    api: { listen: at(grpc), http: at(http) },
    health: { api: at(api), worker: at(worker), ftpSender: at(ftpSender) },
    worker: { allowPrivateHosts: true, minFreeBytes: 0 },
    shutdown: { graceSeconds: 15 },
  };
  await writeFile(config, JSON.stringify(all));
  linkProgramAnswers(join(folder, "data"));
  return { folder, config, grpc, http: at(http) };
}

/** A shell line with a terminal of its own (script(1)). */
async function onTerminal(command: string, cwd: string): Promise<{ status: number | undefined; stdout: string }> {
  const { exitCode, stdout } = await execa("script", ["-qec", command, "/dev/null"], {
    cwd,
    env: { NODE_TEST_CONTEXT: undefined },
    reject: false,
    timeout: 60_000,
  });
  return { status: exitCode, stdout };
}

test("up: on a terminal a person reads some ten lines, then one for each step of a link; the log files have it all", async (t) => {
  const site = await startSampleSite({ videos: [{ name: "gulls", title: "Gulls", seconds: 2 }] });
  t.after(() => site[Symbol.asyncDispose]());
  const { folder, config, http } = await configured(t);
  const add = `${dwldCommand} add --wait --server http://${http} ${site.pageLink("gulls")} >/dev/null 2>&1`;
  const wait = `until curl -fs http://${http}/dwld.v1.DownloadService/GetStatus -H content-type:application/json -d '{}' >/dev/null; do sleep 0.1; done`;
  // The caller may know the end of a task before the screen, which is written together with the log.
  const shown = `until grep -q '"msg":"delivered"' ${folder}/data/log/dwld.log; do sleep 0.1; done`;
  const line = `${dwldCommand} up --config ${config} & pid=$!; ${wait}; ${add}; ${shown}; kill $pid; wait $pid`;
  const { status, stdout } = await onTerminal(line, folder);
  assert.equal(status, 0, stdout);
  const lines = stdout.trim().split(/\r?\n/);
  const link = lines.findIndex((one) => one.startsWith("Give it a link:"));
  assert.ok(link > 0 && link <= 12, stdout);
  assert.match(lines[0] ?? "", /^dwld [\d.]+ runs; Ctrl-C ends it\.$/);
  assert.match(stdout, new RegExp(`files go to +${folder}/data/downloads \\(for an FTP server: .*config init\\)`));
  const words = lines.slice(link + 1).flatMap((one) => /^\d\d:\d\d:\d\d {2}([a-z ]+?) {2,}/.exec(one)?.[1] ?? []);
  assert.deepEqual(
    words.filter((word) => word !== "left out"),
    ["added", "started", "done", "stopping"],
    stdout,
  );
  assert.ok(lines.length < 25, stdout);
  const log = await readFile(join(folder, "data/log/dwld.log"), "utf8");
  for (const app of ["up", ...apps]) assert.match(log, new RegExp(`"app":"${app}".*"msg":"starting"`));

  // One id leads from the command through all processes.
  const callId = /"call_id":"([\da-f]{16})"/.exec(log)?.[1] ?? "no id";
  const found = await execa(dwldCommand, ["logs", "--config", config, callId]);
  const told = found.stdout.split("\n").map((each) => JSON.parse(each) as { app: string; msg: string });
  assert.deepEqual(
    told.map(({ app, msg }) => `${app}: ${msg}`),
    ["api: a task was asked for", "worker: an attempt begins", "worker: download ended", "worker: delivered"],
  );
});
