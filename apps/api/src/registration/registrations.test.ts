import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createSecureServer, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { describe, it } from "node:test";
import { durationFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { eventually, freePort } from "@dwld/testbed";
import { registeredWith } from "./testing/registered-with.ts";
import { TestBot } from "./testing/test-bot.ts";

const never = new AbortController().signal;

describe("registrations", { concurrency: true }, () => {
  it("registration: a bot gets name, address, load and sites at the start", async () => {
    await using bot = await TestBot.start();
    await using here = await registeredWith([{ address: bot.url, sites: ["film"] }]);
    const { lastSuccessAtMs, nextAttemptAtMs, ...status } = await here.becomes(0, "registered");
    assert.deepEqual(status, {
      address: bot.url,
      name: "home",
      protocol: "dwld.v1",
      state: "registered",
      trouble: "",
    });
    assert.ok(lastSuccessAtMs !== undefined);
    assert.ok(nextAttemptAtMs === undefined || nextAttemptAtMs > lastSuccessAtMs + 50_000);
    const [told] = bot.registered;
    assert.deepEqual([told?.name, told?.address, told?.version], ["home", "192.0.2.7:8888", "1.2.3"]);
    assert.deepEqual(
      [told?.allSites, told?.sites.map(({ name, hosts }) => [name, hosts])],
      [false, [["film", ["film.example"]]]],
    );
    assert.deepEqual([told?.freeBytes, told?.waitingCount, told?.inWorkCount], [7n, 3n, 2n]);
    assert.deepEqual(
      told?.pausedSites.map(({ site }) => site),
      ["tube"],
    );
    assert.equal(told?.startTime && timestampMs(told.startTime), here.startedAtMs);
    assert.equal(told?.interval?.seconds, 60n);
  });

  it("registration: other bots take the place of those before: who stays is not called anew, who goes is told", async () => {
    await using stays = await TestBot.start();
    await using goes = await TestBot.start();
    await using changes = await TestBot.start();
    await using comes = await TestBot.start();
    const bots = [stays, goes, changes].map(({ url: address }) => ({ address }));
    await using here = await registeredWith(bots);
    for (const index of bots.keys()) await here.becomes(index, "registered");
    await here.replace([{ address: comes.url }, { address: stays.url }, { address: changes.url, sites: ["film"] }]);
    for (const index of bots.keys()) await here.becomes(index, "registered");
    assert.deepEqual([stays.registered.length, stays.unregistered.length], [1, 0]);
    assert.deepEqual([goes.registered.length, goes.unregistered.length], [1, 1]);
    assert.deepEqual(
      [changes.registered.length, changes.unregistered.length],
      [2, 1],
      "told of the end before the beginning",
    );
    assert.deepEqual(
      changes.registered.map(({ allSites }) => allSites),
      [true, false],
    );
    assert.equal(comes.registered.length, 1);
    assert.deepEqual(
      here.registrations.statuses().map(({ address }) => address),
      [comes, stays, changes].map(({ url }) => url),
    );
  });

  it("registration: a heartbeat follows the interval that the bot asks for, each with a proof of its own", async () => {
    await using bot = await TestBot.start();
    bot.answer = () => ({ interval: durationFromMs(1) });
    await using _ = await registeredWith([{ address: bot.url, intervalSeconds: 3600 }]);
    await eventually("three calls", () => bot.registered.length >= 3);
    assert.equal(new Set(bot.registered.map(({ proof }) => proof?.nonce)).size, bot.registered.length);
  });

  it("registration: a bot that is away at the start is called when it comes", async () => {
    const port = await freePort();
    await using here = await registeredWith([{ address: `http://127.0.0.1:${port}` }]);
    const { trouble } = await here.becomes(0, "away");
    assert.equal(
      trouble,
      `nobody listens on http://127.0.0.1:${port}; start the bot, or correct its address under register`,
    );
    await using bot = await TestBot.start(port);
    await here.becomes(0, "registered");
    assert.equal(bot.registered.length, 1);
  });

  it("registration: a bot that restarts is called at once", async () => {
    const before = await TestBot.start();
    const { port } = before;
    await using here = await registeredWith([{ address: before.url, intervalSeconds: 3600 }]);
    await here.becomes(0, "registered");
    await before[Symbol.asyncDispose]();
    await here.becomes(0, "away");
    await using bot = await TestBot.start(port);
    await here.becomes(0, "registered");
    assert.equal(bot.registered.length, 1);
  });

  it("registration: each bot that fails, refuses or hangs is shown with its reason, and delays no other", async (t) => {
    await using good = await TestBot.start();
    const refusing = (code: Code, words: string) => startAnswering(() => new ConnectError(words, code));
    await using secret = await refusing(Code.Unauthenticated, "the proof is wrong");
    await using clock = await refusing(Code.FailedPrecondition, "600 s apart");
    await using taken = await refusing(Code.AlreadyExists, "home is there already");
    await using unwanted = await refusing(Code.PermissionDenied, "no\u001b[31m\nmore");
    await using broken = await startAnswering(() => new Error("disk I/O error"));
    await using hanging = await TestBot.start();
    hanging.answer = () => new Promise(() => undefined);
    const listening = async (server: Server) => {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      t.after(() => server.close());
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    const page = await listening(createHttpServer((_, response) => response.end("<html>")));
    const greeting = await listening(
      createTcpServer((socket) => socket.on("error", () => undefined).end("220 ready\r\n")),
    );
    const closing = await listening(createTcpServer((socket) => socket.end()));
    const other = await listening(
      createHttp2Server((_, response) => {
        response.writeHead(404);
        response.end();
      }),
    );
    const html = await listening(
      createHttp2Server((_, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        response.end("<html>");
      }),
    );
    const endless = await listening(
      createHttp2Server((_, response) => {
        response.on("error", () => undefined);
        response.writeHead(200, { "content-type": "application/grpc" });
        response.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]));
      }),
    );
    const unknown = await listening(createSecureServer(selfSigned()));
    const expected: [address: string, state: "registered" | "away" | "refused" | "failing", trouble: RegExp][] = [
      [good.url, "registered", /^$/],
      [
        secret.url,
        "refused",
        /^it does not accept the secret \(the proof is wrong\); the same must be in \/.*\/secret and with/,
      ],
      [clock.url, "refused", /^it refuses \(600 s apart\); if that is about the time of day, set the clocks/],
      [taken.url, "refused", /^it refuses \(home is there already\); give each downloader a name of its own/],
      [unwanted.url, "refused", /^it refuses \(no more\); ask whoever runs the bot$/],
      [broken.url, "failing", /^it answers with an error \(internal error\); its log may say why$/],
      [hanging.url, "away", /^no answer within 5 s: it is slow, hangs, or cannot be reached/],
      [page, "failing", /^what answers on http:\/\/127\S+ speaks no gRPC \(Protocol error\); correct the address/],
      [greeting, "failing", /speaks no gRPC/],
      [closing, "away", /^it cut the connection before it answered|^it cannot be reached/],
      [
        other,
        "failing",
        /^what answers there is no bot with dwld\.v1\.RegistryService \(HTTP 404\); correct the address/,
      ],
      [html, "failing", /speaks no gRPC \(unsupported content type text\/html\)/],
      [endless, "failing", /^it answers with an error \(message size 2147483647 is larger/],
      [page.replace("http:", "https:"), "failing", /speaks no TLS; write http:/],
      [unknown.replace("http:", "https:"), "failing", /^its certificate is not accepted \(self-signed certificate/],
      [unknown, "away", /^it cut the connection before it answered|^it cannot be reached/],
      ["http://nowhere.invalid:1", "away", /^the name in http:\/\/nowhere\.invalid:1 leads to no machine \(E/],
    ];
    await using here = await registeredWith(expected.map(([address]) => ({ address })));
    await here.becomes(0, "registered");
    assert.equal(here.registrations.statuses()[6]?.state, "pending", "nobody waited for the bot that hangs");
    for (const [index, [, state, trouble]] of expected.entries())
      assert.match((await here.becomes(index, state)).trouble, trouble);
    assert.ok(!here.logLines.join("").includes("geheim"));
  });

  it("registration: an unreadable secret is shown, and used as soon as it can be read", async () => {
    await using bot = await TestBot.start();
    await using here = await registeredWith([{ address: bot.url }], { secret: "" });
    const { trouble } = await here.becomes(0, "failing");
    assert.match(trouble, /\/secret: does not exist; make this file/);
    assert.equal(bot.registered.length, 0);
    await writeFile(here.secretFile, "geheim");
    await here.becomes(0, "registered");
  });

  it("registration: a downloader that cannot read its own tasks calls nobody, and says so", async () => {
    await using bot = await TestBot.start();
    let broken = true;
    const load = () =>
      broken
        ? Promise.reject(new Error("disk I/O error"))
        : Promise.resolve({ waitingCount: 0n, inWorkCount: 0n, pausedSites: [] });
    await using here = await registeredWith([{ address: bot.url }], { load });
    const { trouble } = await here.becomes(0, "failing");
    assert.match(trouble, /^the bot was not called, since this downloader cannot tell .*disk I\/O error/);
    assert.equal(bot.registered.length, 0);
    broken = false;
    await here.becomes(0, "registered");
  });

  it("registration: at the end bots are told, and one that hangs is waited for at most 2 s", async () => {
    await using bot = await TestBot.start();
    await using hanging = await TestBot.start();
    hanging.goodbye = () => new Promise(() => undefined);
    await using refusing = await startAnswering(() => new ConnectError("no", Code.PermissionDenied));
    const here = await registeredWith([bot, hanging, refusing].map(({ url }) => ({ address: url })));
    await Promise.all([here.becomes(0, "registered"), here.becomes(1, "registered"), here.becomes(2, "refused")]);
    const begunMs = performance.now();
    await here[Symbol.asyncDispose]();
    assert.ok(performance.now() - begunMs < 10_000);
    const [goodbye] = bot.unregistered;
    assert.deepEqual([goodbye?.name, goodbye?.address], ["home", "192.0.2.7:8888"]);
    assert.equal(goodbye?.startTime && timestampMs(goodbye.startTime), here.startedAtMs);
    assert.notEqual(goodbye?.proof?.nonce, bot.registered[0]?.proof?.nonce);
    assert.deepEqual([bot.unregistered.length, hanging.unregistered.length, refusing.unregistered.length], [1, 1, 0]);
  });

  it("registration: a killed process tells no bot", async () => {
    await using bot = await TestBot.start();
    await using here = await registeredWith([{ address: bot.url }]);
    await here.becomes(0, "registered");
    await here.registrations.stop(AbortSignal.abort());
    assert.equal(bot.unregistered.length, 0);
  });

  it("registration: an end during a call does not wait for it", async () => {
    await using bot = await TestBot.start();
    bot.answer = () => new Promise(() => undefined);
    await using here = await registeredWith([{ address: bot.url }]);
    await eventually("it was called", () => bot.registered.length > 0);
    const begunMs = performance.now();
    await here.registrations.stop(never);
    assert.equal(here.registrations.statuses()[0]?.state, "pending");
    assert.ok(performance.now() - begunMs < 4000, "a call may take 5 s");
  });
});

/** A certificate that no authority has signed. */
function selfSigned(): { key: string; cert: string } {
  const args =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -keyout - -out -";
  const pem = execFileSync("openssl", args.split(" "), { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return { key: pem, cert: pem };
}

/** A bot that answers every registration with this error. */
async function startAnswering(error: () => Error): Promise<TestBot> {
  const bot = await TestBot.start();
  bot.answer = () => {
    throw error();
  };
  return bot;
}
