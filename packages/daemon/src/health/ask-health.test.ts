import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { createLogger } from "../logger/create-logger.ts";
import { Metrics } from "../metrics/metrics.ts";
import { askConfiguration, askReadiness } from "./ask-health.ts";
import { startHealthServer } from "./health-server.ts";

const timeoutMs = 20_000;

/** Starts the health server of a process whose cache is away, and returns its port. */
async function startProcess(t: TestContext, host: string): Promise<number> {
  const server = await startHealthServer({
    ...{ address: `${host}:0`, app: "worker", version: "1", metrics: new Metrics() },
    checks: [
      { name: "database", check: () => ({ ok: true }) },
      { name: "cache", check: () => ({ ok: false, reason: "away" }) },
    ],
    configuration: async () => ({ file: "/etc/dwld.yaml" }),
    stopping: new AbortController().signal,
    logger: createLogger({ level: "silent", app: "test" }),
  });
  t.after(() => server.close());
  return server.address.port;
}

/** Starts another program, and returns its address. */
async function startOther(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close().closeAllConnections());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("health: a process is asked by its address, or from this machine if it listens on all", async (t) => {
  for (const host of ["127.0.0.1", "0.0.0.0", "[::]"]) {
    const address = `${host}:${await startProcess(t, host)}`;
    assert.deepEqual(await askReadiness(address, timeoutMs), { ready: false, failing: { cache: "away" } }, host);
    assert.deepEqual(await askConfiguration(address, timeoutMs), { file: "/etc/dwld.yaml" });
  }
});

test("health: a process is asked past the proxy of the environment", async (t) => {
  const port = await startProcess(t, "127.0.0.1");
  const script = `
    import { askReadiness } from ${JSON.stringify(import.meta.resolve("./ask-health.ts"))};
    console.log(JSON.stringify(await askReadiness("127.0.0.1:${port}", ${timeoutMs})));`;
  const env = { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: "http://127.0.0.1:1" };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env });
  assert.deepEqual(JSON.parse(stdout), { ready: false, failing: { cache: "away" } });
});

test("health: whatever else listens at the address is no process of dwld", async (t) => {
  const ready = JSON.stringify({ ready: true, checks: {} });
  const elsewhere = await startOther(t, (_, response) => response.end(ready));
  const others: Record<string, RequestListener> = {
    "no JSON": (_, response) => response.end("<html>"),
    "other JSON": (_, response) => response.end('{"ready":true}'),
    "no object": (_, response) => response.end("null"),
    "a redirect": (_, response) => response.writeHead(302, { location: `http://${elsewhere}/` }).end(),
    "a broken answer": (_, response) =>
      response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy()),
    "a chunk of no length": (_, response) => response.write("{", () => response.socket?.end("no length\r\n")),
    "an answer without end": (_, response) => {
      const more = () => void (response.writable && response.write(" ".repeat(100_000), more));
      more();
    },
  };
  for (const [what, answer] of Object.entries(others))
    assert.equal(await askReadiness(await startOther(t, answer), timeoutMs), undefined, what);
  assert.deepEqual(await askReadiness(elsewhere, timeoutMs), { ready: true, failing: {} });
  const silent = await startOther(t, () => undefined);
  assert.equal(await askReadiness(silent, 50), undefined, "no answer");
  const halting = await startOther(t, (_, response) => response.write("{"));
  assert.equal(await askReadiness(halting, 50), undefined, "half of an answer");
  assert.equal(await askReadiness("127.0.0.1:0", timeoutMs), undefined, "a port that the kernel chose");
  assert.equal(await askReadiness("127.0.0.1:1", timeoutMs), undefined, "nobody listens");
  const noConfiguration = await startOther(t, (_, response) => response.writeHead(404).end("{}"));
  assert.equal(await askConfiguration(noConfiguration, timeoutMs), undefined);
});
