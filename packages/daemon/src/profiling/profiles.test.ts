import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Metrics } from "../metrics/metrics.ts";
import { type HealthServer, startHealthServer } from "../health/health-server.ts";
import { createLogger } from "../logger/create-logger.ts";

const pprof = join(import.meta.dirname, "../../../../.tools/bin/pprof");
const logger = createLogger({ level: "silent", app: "worker" });
const servers: HealthServer[] = [];
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-profile-"));
});
after(async () => {
  await Promise.all(servers.map(async (server) => await server.close()));
  await rm(folder, { recursive: true });
});

async function start(profiling: boolean, host = "127.0.0.1"): Promise<string> {
  const stopping = new AbortController().signal;
  const options = { app: "worker", version: "1.2.3", checks: [], metrics: new Metrics(), stopping, logger, profiling };
  const server = await startHealthServer({ ...options, address: `${host}:0` });
  servers.push(server);
  return `http://${host}:${server.address.port}`;
}

/** Returns what Go's own tool reads from a profile. */
async function read(url: string): Promise<string> {
  const response = await fetch(url);
  assert.equal(response.status, 200, await response.clone().text());
  const file = join(folder, "profile.pb.gz");
  await writeFile(file, new Uint8Array(await response.arrayBuffer()));
  const { stdout } = await promisify(execFile)(pprof, ["-top", "-nodecount=50", file]);
  return stdout;
}

/** Keeps the process busy, to be found in a profile. */
function spinTheWheel(untilMs: number): number {
  let turns = 0;
  while (performance.now() < untilMs) turns += Math.sqrt(turns + 1) > 0 ? 1 : 0;
  return turns;
}

test("profiles: go tool pprof finds the busy function in a CPU profile", async () => {
  const url = await start(true);
  const busy = setInterval(() => spinTheWheel(performance.now() + 20), 25);
  try {
    const top = await read(`${url}/debug/pprof/profile?seconds=1`);
    assert.match(top, /Type: cpu/);
    assert.match(top, /spinTheWheel/);
  } finally {
    clearInterval(busy);
  }
});

const kept: string[][] = [];
function hoard(): void {
  for (let index = 0; index < 200; index += 1) kept.push(Array.from({ length: 5000 }, (_, item) => `${index} ${item}`));
}

test("profiles: go tool pprof finds what holds the memory in a heap profile", async () => {
  const url = await start(true);
  hoard();
  const top = await read(`${url}/debug/pprof/heap`);
  assert.match(top, /Type: inuse_space/);
  assert.match(top, /hoard/);
  assert.equal(kept.length, 200);
});

test("profiles: one CPU profile is taken at a time", async () => {
  const url = await start(true);
  const first = new AbortController();
  const taken = fetch(`${url}/debug/pprof/profile?seconds=60`, { signal: first.signal }).catch(() => undefined);
  let second = await fetch(`${url}/debug/pprof/profile?seconds=1`);
  while (second.status === 200) second = await fetch(`${url}/debug/pprof/profile?seconds=1`);
  assert.equal(second.status, 409);
  first.abort();
  await taken;
});

test("profiles: seconds that are none, or too many, are refused", async () => {
  const url = await start(true);
  for (const seconds of ["0", "301", "-1", "1e3", "x", ""])
    assert.equal((await fetch(`${url}/debug/pprof/profile?seconds=${seconds}`)).status, 400, seconds);
});

test("profiles: none is served without the setting", async () => {
  const url = await start(false);
  const response = await fetch(`${url}/debug/pprof/heap`);
  assert.equal(response.status, 404);
  assert.doesNotMatch(await response.text(), /pprof/);
  assert.match(await (await fetch(await start(true))).text(), /\/debug\/pprof\/heap/);
});

const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.internal === false && address.family === "IPv4")?.address;

test(
  "profiles: a caller from another machine gets none",
  { skip: outside === undefined ? "this machine has loopback alone" : false },
  async () => {
    const url = await start(true, outside);
    assert.equal((await fetch(`${url}/debug/pprof/heap`)).status, 403);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  },
);
