import assert from "node:assert/strict";
import { readFile, rename, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { TaskState } from "@dwld/rpc";
import { type Dwld, dwldCommand, eventually, idleYtdlp, startDwld, startSampleSite, waitForTask } from "@dwld/testbed";
import { execa } from "execa";
import { runHere } from "../testing/run-here.ts";

type Sections = Record<string, Record<string, unknown>>;

/** Changes sections of the configuration of a running dwld, key by key. */
async function change({ configurationFile: file }: Dwld, changes: Sections): Promise<void> {
  const written = JSON.parse(await readFile(file, "utf8")) as Sections;
  for (const [section, keys] of Object.entries(changes)) written[section] = { ...written[section], ...keys };
  await writeFile(`${file}.new`, JSON.stringify(written, undefined, 2));
  await rename(`${file}.new`, file);
}

test("reload: sites, stages and limits are taken over while a download runs, which goes on as it began", async (t) => {
  const names = ["one", "two", "three"] as const;
  const site = await startSampleSite({
    videos: names.map((name) => ({ name, sizeBytes: 6_000_000, throttleBytesPerSecond: 200_000 })),
  });
  t.after(() => site.close());
  const before = { hosts: ["127.0.0.1"], parallel: 1, stages: ["first"] };
  const configuration = { sites: { sample: before }, stages: { first: {}, second: { embed: [] } } };
  const dwld = await startDwld({ apps: ["api", "worker"], configuration, cleanup: t });
  const add = async (name: string) => (await dwld.client.addTask({ link: site.pageLink(name) })).task?.id ?? "";
  const one = await add("one");
  await waitForTask(dwld.client, one, TaskState.DOWNLOADING, 60_000);
  const two = await add("two");
  const sample = { hosts: ["127.0.0.1"], parallel: 2, stages: ["second"] };
  await change(dwld, {
    sites: { sample },
    limits: { perAddress: { addsPerMinute: 1 } },
    health: { profiling: true },
    log: { level: "warn" },
  });
  const file = dwld.configurationFile;
  const [api, worker] = ["api", "worker"].map((app) => dwld.processId(app as "api" | "worker"));
  const changed = "sites.sample.stages, sites.sample.parallel";
  const checked = await runHere(["config", "check", file]);
  assert.deepEqual(checked.stdout.split("\n"), [
    `no mistakes in ${file}`,
    `api: a reload takes over limits.perAddress.addsPerMinute, ${changed}, log.level; a restart is needed for health.profiling`,
    `worker: a reload takes over limits.perAddress.addsPerMinute, ${changed}, log.level; a restart is needed for health.profiling`,
    "",
  ]);
  assert.ok(!dwld.output("worker").includes("taken over"), "to ask changes nothing");
  const reloaded = await runHere(["reload", "--config", file]);
  assert.deepEqual([reloaded.status, reloaded.stderr], [0, ""]);
  assert.deepEqual(reloaded.stdout.split("\n"), [
    `api: has taken over limits.perAddress.addsPerMinute, ${changed}, log.level; needs a restart for health.profiling`,
    `worker: has taken over limits.perAddress.addsPerMinute, ${changed}, log.level; needs a restart for health.profiling`,
    "",
  ]);
  await waitForTask(dwld.client, two, TaskState.DOWNLOADING, 60_000);
  assert.equal(
    (await dwld.client.getTask({ id: one })).task?.state,
    TaskState.DOWNLOADING,
    "two at once are allowed now",
  );
  await add("three");
  await assert.rejects(add("three"), (error) => ConnectError.from(error).code === Code.ResourceExhausted);
  for (const name of names) site.change(name, { throttleBytesPerSecond: 100_000_000 });
  const stages = await Promise.all(
    [one, two].map(async (id) => {
      const { attempts } = await waitForTask(dwld.client, id, TaskState.DONE, 60_000);
      return attempts.map(({ stage }) => stage);
    }),
  );
  assert.deepEqual(stages, [["first"], ["second"]]);
  assert.match(dwld.output("worker"), /"an attempt begins"/);
  assert.doesNotMatch(dwld.output("worker"), /"download ended"/, "nothing below the new level is logged");
  assert.deepEqual([dwld.processId("api"), dwld.processId("worker")], [api, worker]);
  await eventually("the status tells what needs a restart", async () =>
    (await dwld.command(["status"])).stdout.includes("trouble: only a restart takes over: health.profiling"),
  );
});

test("reload: below dwld up, tokens are asked for from then on, and streams without one end; a wrong file changes nothing", async (t) => {
  const configuration = { worker: { ytdlp: { command: idleYtdlp } }, shutdown: { graceSeconds: 1 } };
  const dwld = await startDwld({ apps: ["up"], configuration, cleanup: t });
  const processes = () => (["api", "worker", "ftp-sender"] as const).map((app) => dwld.processIdBelowUp(app));
  const before = processes();
  const stream = dwld.client.watchTasks({})[Symbol.asyncIterator]();
  await stream.next();
  await change(dwld, { api: { tokens: "required" } });
  const { stdout } = await runHere(["reload", "--config", dwld.configurationFile]);
  assert.deepEqual(stdout.split("\n"), [
    "api: has taken over api.tokens",
    "worker: nothing is new for it",
    "ftp-sender: nothing is new for it",
    "",
  ]);
  const refused = (error: unknown) => ConnectError.from(error).code === Code.Unauthenticated;
  await assert.rejects(async () => {
    while ((await stream.next()).done !== true);
  }, refused);
  await assert.rejects(dwld.client.listTasks({}), refused);
  await change(dwld, { api: { tokens: "off" }, log: { level: "loud" } });
  const wrong = await runHere(["reload", "--config", dwld.configurationFile]);
  assert.equal(wrong.status, 78);
  assert.match(wrong.stderr, /dwld\.yaml:\d+: log\.level: "loud" is not known here/);
  // The signal comes by hand, past the command.
  process.kill(before[0] ?? 0, "SIGHUP");
  const said = (app: string) =>
    new RegExp(`"app":"${app}".*the configuration was not reloaded`).test(dwld.output("up"));
  await eventually("the api says so", () => said("api"));
  dwld.signal("up", "SIGHUP");
  await eventually("dwld up says so", () => said("up"));
  assert.ok(!said("worker"), "and passes nothing on");
  await assert.rejects(dwld.client.listTasks({}), refused);
  const metrics = await (await fetch(`${dwld.health.api}/metrics`)).text();
  assert.match(metrics, /^dwld_configuration_last_reload_successful 0$/m);
  const ready = await (await fetch(`${dwld.health.api}/readyz`)).text();
  assert.deepEqual(processes(), before);
  assert.match(ready, /"ready":true,.*"configuration":\{"ok":true,"detail":"the configuration on disk is wrong since/);
});

test("reload: an api that would be open to a network takes nothing over, and says why", async (t) => {
  const api = { listen: "0.0.0.0:0", plaintext: true, tokens: "required" };
  const dwld = await startDwld({ apps: ["api"], configuration: { api }, cleanup: t });
  await change(dwld, { api: { tokens: "auto" }, log: { level: "debug" } });
  const { status, stdout, stderr } = await runHere(["reload", "--config", dwld.configurationFile]);
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /api: api\.listen is 0\.0\.0\.0:0, which other machines reach, and no token was made yet/);
  assert.doesNotMatch(dwld.output("api"), /"level":"debug"/);
});

test("reload: the command of a unit tells what came of its signal, however late it gets to run", async (t) => {
  const dwld = await startDwld({ apps: ["api"], cleanup: t });
  await change(dwld, { log: { level: "debug" } });
  // As systemd does it: the signal, and then a process that becomes the command.
  dwld.signal("api", "SIGHUP");
  const startMs = performance.now();
  const words = ["reload", "--signalled", "api", "--config", dwld.configurationFile];
  const late = execa("sh", ["-c", 'read -r _; exec "$0" "$@"', dwldCommand, ...words]);
  await eventually("the api has answered long ago", () => performance.now() - startMs > 2500);
  late.stdin.end("\n");
  assert.equal((await late).stdout, "api: has taken over log.level");
});

test("reload: where nothing runs, the command says so", async () => {
  const dwld = await startDwld({ apps: [] });
  const { status, stderr } = await runHere(["reload", "--config", dwld.configurationFile]);
  assert.equal(status, 1);
  assert.match(stderr, /no process of dwld answers at 127\.0\.0\.1:\d+, .*: none runs with this configuration/);
  await dwld.stop();
});
