import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, test } from "node:test";
import { createLogger } from "../logger/create-logger.ts";
import { Metrics } from "../metrics/metrics.ts";
import { type HealthServer, startHealthServer } from "./health-server.ts";
import type { Check } from "./readiness.ts";

const servers: HealthServer[] = [];
after(async () => await Promise.all(servers.map(async (server) => await server.close())));

type Started = HealthServer & { url: string; log: string[]; stop(): void };

async function start(checks: readonly Check[] = [], metrics = new Metrics()): Promise<Started> {
  const stopping = new AbortController();
  const log: string[] = [];
  const logger = createLogger({ level: "info", app: "test" }, { write: (line) => log.push(line) });
  const server = await startHealthServer({
    address: "127.0.0.1:0",
    app: "worker",
    version: "1.2.3",
    checks,
    metrics,
    stopping: stopping.signal,
    logger,
  });
  servers.push(server);
  return { ...server, url: `http://127.0.0.1:${server.address.port}`, log, stop: () => stopping.abort() };
}

/** Sends bytes; resolves to the answer when the server closes the connection, or once `until` is seen. */
async function raw({ address }: HealthServer, bytes: string | Buffer, until?: RegExp): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let answer = "";
  const socket = connect(address.port, address.host, () => socket.write(bytes));
  socket.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
    if (until?.test(answer) === true) socket.destroy();
  });
  socket.on("error", () => undefined).on("close", () => resolve(answer));
  return await promise;
}

test("health server: /healthz says who is alive", async () => {
  const server = await start([{ name: "database", check: () => ({ ok: false, reason: "gone" }) }]);
  const response = await fetch(`${server.url}/healthz`);
  assert.equal(response.status, 200);
  const { uptimeSeconds, ...answer } = (await response.json()) as Record<string, unknown>;
  assert.deepEqual(answer, { status: "alive", app: "worker", version: "1.2.3", pid: process.pid });
  assert.equal(typeof uptimeSeconds, "number");
});

test("health server: refuses a name that was pointed at it, and a foreign page", async () => {
  const server = await start();
  const ask = (...headers: string[]) =>
    raw(server, ["GET /healthz HTTP/1.1", ...headers, "Connection: close", "", ""].join("\r\n"));
  assert.match(await ask("Host: evil.example:8081"), /^HTTP\/1\.1 403 [^]*does not answer to the name evil\.example/);
  assert.match(await ask("Host: localhost", "Origin: https://evil.example"), /^HTTP\/1\.1 403 /);
  assert.match(await ask("Host: localhost:8081"), /^HTTP\/1\.1 200 /);
});

test("health server: /readyz is 200 while all checks are ok, else 503 with the reason", async () => {
  let reason = "";
  const server = await start([
    { name: "database", check: () => (reason === "" ? { ok: true } : { ok: false, reason }) },
  ]);
  let response = await fetch(`${server.url}/readyz`);
  assert.deepEqual(
    [response.status, await response.json()],
    [200, { ready: true, checks: { database: { ok: true } } }],
  );
  reason = "disk full";
  response = await fetch(`${server.url}/readyz`);
  assert.deepEqual(
    [response.status, await response.json()],
    [503, { ready: false, checks: { database: { ok: false, reason } } }],
  );
  assert.deepEqual(await server.ready(), { ok: false, checks: { database: { ok: false, reason } } });
});

test("health server: a process that stops is alive but not ready", async () => {
  const server = await start([{ name: "database", check: () => ({ ok: true }) }]);
  server.stop();
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  const response = await fetch(`${server.url}/readyz`);
  assert.deepEqual(
    [response.status, await response.json()],
    [503, { ready: false, stopping: true, checks: { database: { ok: true } } }],
  );
  assert.equal((await server.ready()).ok, false);
});

test("health server: /echo answers with any request, without its secrets", async () => {
  const server = await start();
  const response = await fetch(`${server.url}/echo?a=1&a=2&token=geheim&__proto__=3`, {
    method: "POST",
    headers: {
      cookie: "a=geheim",
      authorization: "Bearer geheim",
      "x-forwarded-for": "::1",
      referer: "https://u:geheim@a/",
    },
    body: "link=https://a/?sig=geheim",
  });
  const text = await response.text();
  assert.ok(!text.includes("geheim"), text);
  const { headers, ...answer } = JSON.parse(text) as { headers: Record<string, string> };
  assert.deepEqual(
    answer,
    JSON.parse(
      '{"method":"POST","path":"/echo","query":{"a":["1","2"],"token":"[redacted]","__proto__":"3"},"body":"link=https://a/?sig=[redacted]"}',
    ),
  );
  assert.deepEqual([headers["cookie"], headers["x-forwarded-for"]], ["[redacted]", "::1"]);
  for (const method of ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    assert.equal(((await (await fetch(`${server.url}/echo`, { method })).json()) as { method: string }).method, method);
  }
});

test("health server: /metrics has the values of the moment, in the format that the caller prefers", async () => {
  const metrics = new Metrics();
  const server = await start([], metrics);
  metrics.counter("dwld_tests_total", "Tests.").add({}, 2);
  const ask = async (accept: string) => {
    const response = await fetch(`${server.url}/metrics`, { headers: { accept } });
    return [response.headers.get("content-type"), await response.text()];
  };
  const [plain, om] = [
    "text/plain; version=0.0.4; charset=utf-8",
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
  ];
  const lines = (name: string) => `# HELP ${name} Tests.\n# TYPE ${name} counter\ndwld_tests_total 2\n`;
  assert.deepEqual(await ask("*/*"), [plain, lines("dwld_tests_total")]);
  assert.deepEqual(await ask(prometheus), [om, `${lines("dwld_tests")}# EOF\n`]);
  metrics.add(() => Promise.reject(new Error("a defect")));
  assert.equal((await fetch(`${server.url}/metrics`)).status, 500);
  assert.match(server.log.join(""), /a defect/);
});

/** What Prometheus 2.53 asks for. */
const prometheus =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

test("health server: an unknown path is 404, as JSON that names the paths that are there", async () => {
  const server = await start();
  for (const path of ["/", "/metrics/x", "/healthz/x", "//echo", "/%zz"]) {
    const response = await fetch(server.url + path);
    assert.equal(response.status, 404, path);
    assert.match(
      ((await response.json()) as { error: string }).error,
      /^not found: there are \/healthz, \/readyz, \/metrics, \/echo$/,
    );
  }
});

const header = "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
const hostile: Record<string, { bytes: string | Buffer; answer: RegExp }> = {
  "a body above 64 KiB": {
    bytes: `POST /echo ${header}Content-Length: 65537\r\n\r\n${"x".repeat(65_537)}`,
    answer: /^HTTP\/1\.1 413/,
  },
  "a body above 64 KiB that does not say so": {
    bytes: `POST /echo ${header}Transfer-Encoding: chunked\r\n\r\n${`1000\r\n${"x".repeat(4096)}\r\n`.repeat(17)}0\r\n\r\n`,
    answer: /^HTTP\/1\.1 413/,
  },
  "headers above 16 KiB": {
    bytes: `GET /healthz ${header}X: ${"y".repeat(20_000)}\r\n\r\n`,
    answer: /^HTTP\/1\.1 431/,
  },
  "two lengths": {
    bytes: `POST /echo ${header}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc`,
    answer: /^HTTP\/1\.1 400/,
  },
  "no host": { bytes: "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", answer: /^HTTP\/1\.1 400/ },
  "a host that is none": {
    bytes: "GET /echo HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n",
    answer: /^HTTP\/1\.1 403/,
  },
  "an asterisk": { bytes: `OPTIONS * ${header}\r\n`, answer: /^HTTP\/1\.1 400/ },
  TRACE: { bytes: `TRACE /echo ${header}\r\n`, answer: /^HTTP\/1\.1 200/ },
  CONNECT: { bytes: `CONNECT a:1 ${header}\r\n`, answer: /^$/ },
  "another host's URL": { bytes: `GET http://other/healthz ${header}\r\n`, answer: /^HTTP\/1\.1 200/ },
  "HTTP/2": { bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", answer: /^HTTP\/1\.1 400/ },
  TLS: { bytes: Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5]), answer: /^HTTP\/1\.1 400/ },
  noise: { bytes: Buffer.from([0, 255, 13, 10, 13, 10]), answer: /^HTTP\/1\.1 400/ },
};

for (const [name, { bytes, answer }] of Object.entries(hostile)) {
  test(`health server: survives ${name}`, async () => {
    const server = await start();
    assert.match(await raw(server, bytes), answer);
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    assert.ok(!server.log.join("").includes('"level":"error"'), server.log.join(""));
  });
}

test("health server: a client that goes away in the middle of its body is no error", async () => {
  const server = await start();
  await raw(
    server,
    "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\nabc",
    /100 Continue/,
  );
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  assert.ok(!server.log.join("").includes('"level":"error"'), server.log.join(""));
});

test("health server: closes although a request never ends", async () => {
  const server = await start();
  const open = raw(server, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  await fetch(`${server.url}/healthz`);
  await server.close();
  await server.close();
  await open;
  await assert.rejects(fetch(`${server.url}/healthz`));
});

test("health server: an address that is taken rejects with the error of listen", async () => {
  const { address } = await start();
  const logger = createLogger({ level: "info", app: "test" }, { write: () => undefined });
  const options = {
    app: "x",
    version: "1",
    checks: [],
    metrics: new Metrics(),
    stopping: new AbortController().signal,
    logger,
  };
  await assert.rejects(startHealthServer({ ...options, address: `127.0.0.1:${address.port}` }), {
    code: "EADDRINUSE",
    syscall: "listen",
  });
  await assert.rejects(startHealthServer({ ...options, address: "127.0.0.1" }), { code: "address" });
});
