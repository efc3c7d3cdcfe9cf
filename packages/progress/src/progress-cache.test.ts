import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually } from "@dwld/timing/testing";
import type { LiveProgress } from "./live-progress.ts";
import { openProgressCache, type ProgressCache } from "./progress-cache.ts";

/** The memcached of this checkout, else that on the PATH. */
const ownProgram = fileURLToPath(new URL("../../../.tools/bin/memcached", import.meta.url));
const memcached = existsSync(ownProgram) ? ownProgram : "memcached";

const folder = mkdtempSync(join(tmpdir(), "dwld-progress-"));
const programs = new Set<ChildProcess>();
const caches: ProgressCache[] = [];
after(() => {
  for (const cache of caches) cache.close();
  for (const program of programs) program.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

let sockets = 0;
const newSocket = (): string => join(folder, `${++sockets}.sock`);

async function answers(socket: string): Promise<boolean> {
  const connection = connect(socket);
  const reached = await once(connection, "connect").then(
    () => true,
    () => false,
  );
  connection.destroy();
  return reached;
}

async function startMemcached(socket: string, options: string[] = []): Promise<ChildProcess> {
  const program = spawn(memcached, ["-u", "root", "-s", socket, "-t", "1", ...options], { stdio: "ignore" });
  programs.add(program);
  const ended = new AbortController();
  program.once("exit", () => {
    programs.delete(program);
    ended.abort(new Error(`memcached ended; its options: ${options.join(" ")}`));
  });
  await once(program, "spawn");
  await eventually("memcached answers", () => answers(socket), { signal: ended.signal });
  return program;
}

async function end(program: ChildProcess): Promise<void> {
  const exited = once(program, "exit");
  program.kill("SIGKILL");
  await exited;
}

function open(...servers: string[]): ProgressCache {
  const cache = openProgressCache(servers);
  caches.push(cache);
  return cache;
}

/** Speaks memcached's text protocol, as any other program might. */
async function say(socket: string, command: string): Promise<string> {
  const connection = connect(socket);
  connection.write(command);
  const [answer] = (await once(connection, "data")) as [Buffer];
  connection.destroy();
  return answer.toString();
}

const progress: LiveProgress = {
  doneBytes: 10,
  totalBytes: 100,
  progressPercent: 10,
  step: "downloading",
  updatedAtMs: Date.now(),
};

async function putUntilSeen(cache: ProgressCache, taskId: string): Promise<void> {
  await eventually(`the progress of ${taskId} is kept`, async () => {
    await cache.put(taskId, progress);
    return (await cache.get([taskId])).has(taskId);
  });
}

/** Makes calls one after another, and returns the milliseconds for all of them. */
async function timed(calls: number, cache: ProgressCache): Promise<number> {
  const start = performance.now();
  for (let call = 0; call < calls; call += 2) {
    await cache.put("a", progress);
    await cache.get(["a", "b", "c"]);
  }
  return performance.now() - start;
}

test("progress cache: one process gets what another put, and nothing else", async () => {
  const socket = newSocket();
  await startMemcached(socket);
  const [worker, api] = [open(`unix:${socket}`), open(`unix:${socket}`)];
  await putUntilSeen(worker, "a");
  await eventually("the other process gets it", async () => (await api.get(["a"])).has("a"));
  assert.deepEqual(await api.get(["a", "b"]), new Map([["a", progress]]));
  assert.deepEqual(await api.get([]), new Map());
  assert.equal(api.state(), "ok");
  assert.match(await say(socket, "mg dwld:progress:a t\r\n"), /^HD t(30|29)\r\n/);
});

test("progress cache: works over TCP, on IPv4 and IPv6", async () => {
  const portFile = join(folder, "ports");
  const program = spawn(memcached, ["-u", "root", "-p", "-1", "-l", "127.0.0.1,::1"], {
    stdio: "ignore",
    env: { ...process.env, MEMCACHED_PORT_FILENAME: portFile },
  });
  programs.add(program);
  await eventually("memcached names its ports", () => existsSync(portFile));
  const ports = readFileSync(portFile, "utf8");
  const inet = /TCP INET: (\d+)/.exec(ports)?.[1];
  const inet6 = /TCP INET6: (\d+)/.exec(ports)?.[1];
  assert.ok(inet !== undefined && inet6 !== undefined, ports);
  await putUntilSeen(open(`127.0.0.1:${inet}`), "a");
  await eventually("it is found by IPv6", async () => (await open(`[::1]:${inet6}`).get(["a"])).has("a"));
});

test("progress cache: gets hundreds of tasks together", async () => {
  const socket = newSocket();
  await startMemcached(socket);
  const cache = open(`unix:${socket}`);
  await putUntilSeen(cache, "task-0");
  const ids = Array.from({ length: 300 }, (_, index) => `task-${index}`);
  await eventually("all are got together", async () => {
    await Promise.all(ids.map(async (id) => await cache.put(id, progress)));
    return (await cache.get(ids)).size === 300;
  });
});

test("progress cache: removed progress is absent, and removing it twice is no error", async () => {
  const socket = newSocket();
  await startMemcached(socket);
  const cache = open(`unix:${socket}`);
  await putUntilSeen(cache, "a");
  await cache.remove("a");
  assert.equal((await cache.get(["a"])).size, 0);
  await cache.remove("a");
  assert.equal(cache.state(), "ok");
});

test("progress cache: an id that cannot be a key is absent", async () => {
  const socket = newSocket();
  await startMemcached(socket);
  const cache = open(`unix:${socket}`);
  await putUntilSeen(cache, "a");
  const long = "x".repeat(300);
  await cache.put(long, progress);
  await cache.put("with space\r\nflush_all\r\n", progress);
  assert.deepEqual([...(await cache.get([long, "a"])).keys()], ["a"]);
  assert.equal(cache.state(), "ok");
});

test("progress cache: an absent memcached costs nothing, and is used as soon as it is there", async () => {
  const socket = newSocket();
  const cache = open(`unix:${socket}`);
  const ms = await timed(200, cache);
  assert.ok(ms < 2000, `${ms} ms for 200 calls`);
  assert.match(cache.state(), /^memcached at unix:\S+ is not there: is it running\?$/);
  await startMemcached(socket);
  await putUntilSeen(cache, "a");
  assert.equal(cache.state(), "ok");
});

test("progress cache: a memcached that was started again is used again, and empty", async () => {
  const socket = newSocket();
  const program = await startMemcached(socket);
  const cache = open(`unix:${socket}`);
  await putUntilSeen(cache, "a");
  await end(program);
  assert.equal((await cache.get(["a"])).size, 0);
  assert.match(cache.state(), /is it running\?|closed the connection|does not answer/);
  await startMemcached(socket);
  await putUntilSeen(cache, "b");
  assert.deepEqual([...(await cache.get(["a", "b"])).keys()], ["b"]);
});

test("progress cache: a frozen memcached delays nobody for long, and is used again when it is back", async () => {
  const socket = newSocket();
  const program = await startMemcached(socket);
  const cache = open(`unix:${socket}`);
  await putUntilSeen(cache, "a");
  program.kill("SIGSTOP");
  const ms = await timed(200, cache);
  // One call waits for 20 ms; without the breaker each of them would.
  assert.ok(ms < 2000, `${ms} ms for 200 calls`);
  assert.match(cache.state(), /does not answer$/);
  program.kill("SIGCONT");
  await eventually("it is asked again", async () => (await cache.get(["a"])).has("a"));
  assert.equal(cache.state(), "ok");
});

test("progress cache: a busy process does not take its own silence for memcached's", async () => {
  const socket = newSocket();
  await startMemcached(socket);
  const cache = open(`unix:${socket}`);
  await putUntilSeen(cache, "a");
  const call = cache.get(["a"]);
  // The request is sent; the answer comes while this process is busy for much longer than the time-out.
  setImmediate(() => {
    const start = performance.now();
    while (performance.now() - start < 300);
  });
  assert.ok((await call).has("a"));
  assert.equal(cache.state(), "ok");
});

test("progress cache: a flushed memcached is empty and works on", async () => {
  const socket = newSocket();
  await startMemcached(socket);
  const cache = open(`unix:${socket}`);
  await putUntilSeen(cache, "a");
  await say(socket, "flush_all\r\n");
  assert.equal((await cache.get(["a"])).size, 0);
  await putUntilSeen(cache, "a");
});

const filler = (index: number): string => `set fill${index} 0 0 400000\r\n${"x".repeat(400_000)}\r\n`;

test("progress cache: a full memcached forgets the oldest and takes the newest", async () => {
  const socket = newSocket();
  await startMemcached(socket, ["-m", "2", "-o", "no_slab_reassign"]);
  const cache = open(`unix:${socket}`);
  for (let index = 0; index < 20; index++) await say(socket, filler(index));
  const ids = Array.from({ length: 20_000 }, (_, index) => `task-${index}`);
  for (let first = 0; first < ids.length; first += 200) {
    await Promise.all(ids.slice(first, first + 200).map(async (id) => await cache.put(id, progress)));
  }
  await eventually(
    "it has forgotten some",
    async () => Number(/STAT evictions (\d+)/.exec(await say(socket, "stats\r\n"))?.[1]) > 0,
  );
  await putUntilSeen(cache, "newest");
  assert.equal(cache.state(), "ok");
});

test("progress cache: a full memcached that may forget nothing refuses, and the state says so", async () => {
  const socket = newSocket();
  await startMemcached(socket, ["-m", "2", "-M"]);
  const cache = open(`unix:${socket}`);
  await eventually("it answers", () => cache.state() === "ok");
  let index = 0;
  await eventually("it is full", async () => {
    await Promise.all(Array.from({ length: 1000 }, async () => await cache.put(`task-${index++}`, progress)));
    return /refuses: Out of memory/.test(cache.state());
  });
  await say(socket, "flush_all\r\n");
  await putUntilSeen(cache, "after");
  assert.equal(cache.state(), "ok");
});

test("progress cache: what others write under the key is absent", async () => {
  const socket = newSocket();
  await startMemcached(socket);
  const cache = open(`unix:${socket}`);
  await putUntilSeen(cache, "good");
  for (const value of ["nonsense", "null", "[1]", '{"doneBytes":"1"}', "x".repeat(500_000)]) {
    await say(socket, `set dwld:progress:bad 0 0 ${value.length}\r\n${value}\r\n`);
    const got = new Set<string>();
    await eventually(`the good one is got beside ${value.slice(0, 20)}`, async () => {
      for (const id of (await cache.get(["bad", "good"])).keys()) got.add(id);
      return got.has("good");
    });
    assert.deepEqual([...got], ["good"]);
  }
});

test("progress cache: of two servers, the one that is there is used", async () => {
  const [there, gone] = [newSocket(), newSocket()];
  await startMemcached(there);
  const cache = open(`unix:${gone}`, `unix:${there}`);
  const ids = Array.from({ length: 40 }, (_, index) => `task-${index}`);
  await eventually("some are kept", async () => {
    await Promise.all(ids.map(async (id) => await cache.put(id, progress)));
    return (await cache.get(ids)).size > 0;
  });
  const { size } = await cache.get(ids);
  assert.ok(size > 5 && size < 35, `${size} of 40`);
  assert.match(cache.state(), new RegExp(`^memcached at unix:${gone} is not there[^;]*$`));
});
