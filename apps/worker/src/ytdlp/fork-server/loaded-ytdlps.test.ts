import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { eventually } from "@dwld/testbed";
import { noWalls } from "../../process/walls.ts";
import type { Capabilities } from "../capabilities.ts";
import { followProgram } from "../../process/follow.ts";
import { makeStandIn } from "./testing/stand-in.ts";
import { createLoadedYtdlps } from "./loaded-ytdlps.ts";

const never = new AbortController().signal;
const environment = { PATH: process.env["PATH"] ?? "" };

let folder = "";
let file = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-loaded-"));
  file = await makeStandIn(folder);
});
after(() => rm(folder, { recursive: true }));

function ytdlp(given: Partial<Capabilities> = {}): Capabilities {
  return {
    ...{ name: "default", command: [file], version: "1", options: new Set(), impersonates: [] },
    ...{ challengeSolver: false, fetchesThumbnails: true, javaScript: undefined, variant: "" },
    ...given,
  };
}

type Given = Partial<Omit<Parameters<typeof createLoadedYtdlps>[0], "environment" | "walls" | "logger">>;

function begin(t: TestContext, given: Given = {}) {
  const said: string[] = [];
  const tell = (_details: object, message: string) => said.push(message);
  const loaded = createLoadedYtdlps({
    keepLoaded: true,
    environment,
    walls: noWalls,
    logger: { info: tell, warn: tell },
    ...given,
  });
  t.after(() => loaded.close());
  /** Makes a run; returns whether it was forked, and by which process. */
  const run = async (of = ytdlp()) => {
    const lines: string[] = [];
    const controller = new AbortController();
    const program = await loaded.start(of, { arguments: ["wait"], cwd: folder, env: environment }, never);
    const exit = followProgram(program, { signal: controller.signal, onLine: ({ text }) => lines.push(text) });
    await eventually("it runs", () => lines.some((line) => line.startsWith("pids ")), {
      describe: () => lines.join("\n"),
    });
    const isForked = (await readFile(`/proc/${program.leader?.pid}/cmdline`, "utf8")).includes("fork_server.py");
    const server = Number(/^PPid:\t(\d+)$/m.exec(await readFile(`/proc/${program.leader?.pid}/status`, "utf8"))?.[1]);
    controller.abort("canceled");
    await exit;
    return { isForked, server };
  };
  const untilForked = async (of?: Capabilities) =>
    await eventually("a run is forked", async () => {
      const seen = await run(of);
      return seen.isForked && seen;
    });
  return { loaded, run, untilForked, said };
}

/** Returns a program that works, but takes minutes to be loaded. */
async function slowToLoad(): Promise<string> {
  const slow = join(folder, "slow");
  const pause = '#!/usr/bin/python3\nif __name__ == "dwld":\n    import time\n    time.sleep(300)\n';
  await writeFile(slow, pause + (await readFile(file, "utf8")), { mode: 0o755 });
  return slow;
}

test("loaded yt-dlp: the second run loads it, and waits for that", async (t) => {
  const { run, said } = begin(t);
  assert.equal((await run()).isForked, false);
  assert.deepEqual(said, []);
  assert.equal((await run()).isForked, true);
  assert.deepEqual(said, ["yt-dlp is kept loaded"]);
});

test("loaded yt-dlp: of ten runs that begin together, one is a program of its own", async (t) => {
  const { run } = begin(t);
  const runs = await Promise.all(Array.from({ length: 10 }, () => run()));
  assert.equal(runs.filter(({ isForked }) => !isForked).length, 1);
});

test("loaded yt-dlp: nobody waits for one that takes too long to be loaded", async (t) => {
  const slow = ytdlp({ name: "slow", command: [await slowToLoad()] });
  const { run, said } = begin(t, { patienceMs: 300 });
  for (let count = 0; count < 3; count += 1) assert.equal((await run(slow)).isForked, false);
  assert.deepEqual(said, []);
});

test("loaded yt-dlp: a cancel does not wait for one that is being loaded", async (t) => {
  const slow = ytdlp({ name: "slow", command: [await slowToLoad()] });
  const { loaded, run } = begin(t, { patienceMs: 3_600_000 });
  await run(slow);
  const controller = new AbortController();
  const request = { arguments: ["wait"], cwd: folder, env: environment };
  const started = loaded.start(slow, request, controller.signal);
  controller.abort("canceled");
  const onLine = () => assert.fail("it has begun");
  const exit = await followProgram(await started, { signal: controller.signal, onLine });
  assert.deepEqual(exit, { exitCode: undefined, signal: "SIGKILL" });
});

test("loaded yt-dlp: keepLoaded: false keeps none loaded", async (t) => {
  const { run } = begin(t, { keepLoaded: false });
  for (let count = 0; count < 4; count += 1) assert.equal((await run()).isForked, false);
});

test("loaded yt-dlp: a replaced one runs no more, and the new one is loaded", async (t) => {
  const { run, untilForked } = begin(t);
  const { server } = await untilForked();
  await utimes(file, new Date(), new Date());
  assert.notEqual((await untilForked()).server, server);
  assert.equal((await run(ytdlp({ version: "2" }))).isForked, false, "what is loaded calls itself otherwise");
});

test("loaded yt-dlp: a killed one is loaded again", async (t) => {
  const { run, untilForked } = begin(t);
  const { server } = await untilForked();
  process.kill(server, "SIGKILL");
  await eventually("another is there", async () => {
    const seen = await run();
    return seen.isForked && seen.server !== server;
  });
});

test("loaded yt-dlp: an old one is loaded anew", async (t) => {
  const { untilForked } = begin(t, { longestMs: 1000 });
  const { server } = await untilForked();
  await eventually("another is there", async () => (await untilForked()).server !== server);
});

test("loaded yt-dlp: an idle one is unloaded", async (t) => {
  const { untilForked } = begin(t, { idleMs: 2000, loadsAtOnce: true });
  const { server } = await untilForked();
  await eventually("it is gone", async () => {
    try {
      return /^State:\tZ/m.test(await readFile(`/proc/${server}/status`, "utf8"));
    } catch {
      return true;
    }
  });
});

test("loaded yt-dlp: a program that is not Python, or cannot be loaded, is started each time", async (t) => {
  const { run, said } = begin(t);
  const shell = ytdlp({ name: "shell", command: ["/bin/sh", "-c", 'exec "$0" "$@"', file] });
  for (let count = 0; count < 3; count += 1) assert.equal((await run(shell)).isForked, false);
  assert.deepEqual(said, []);
});
