import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { describe, it } from "node:test";
import { freePort } from "@dwld/testbed";
import { Receiver } from "../testing/receiver.ts";
import { post } from "./post.ts";

const never = new AbortController().signal;
const sent = { headers: { "content-type": "application/json" }, body: '{"a":"é"}', signal: never };

/** A receiver that does with each connection what the test says. */
async function startRaw(serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/secret-path`),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const head = (status: string, headers = "") => `HTTP/1.1 ${status}\r\n${headers}\r\n`;

describe("post", { concurrency: 4, timeout: 90_000 }, () => {
  it("sends the body as it is, and believes 2xx alone", async () => {
    await using receiver = await Receiver.start();
    const url = new URL(`${receiver.url}/a?b=c`);
    assert.deepEqual(await post(url, sent), { outcome: "accepted", answer: "HTTP 204" });
    const [received] = receiver.received;
    assert.deepEqual(
      [received?.path, received?.body, received?.headers["content-length"]],
      ["/a?b=c", sent.body, "10"],
    );
    const outcomes: [status: number, outcome: string][] = [
      ...([
        [200, "accepted"],
        [299, "accepted"],
        [301, "refused"],
        [307, "refused"],
        [400, "refused"],
      ] as const),
      ...([
        [401, "refused"],
        [410, "gone"],
        [429, "away"],
        [500, "refused"],
        [502, "away"],
        [503, "away"],
      ] as const),
    ].map(([status, outcome]) => [status, outcome]);
    for (const [status, outcome] of outcomes) {
      receiver.answer = (response) => response.writeHead(status, { location: `${receiver.url}/elsewhere` }).end("why");
      assert.equal((await post(url, sent)).outcome, outcome, String(status));
    }
    assert.ok(
      receiver.received.every(({ path }) => path === "/a?b=c"),
      "no redirect is followed",
    );
  });

  it("keeps what a refusal says on one short line, and a wait that it names within bounds", async () => {
    await using receiver = await Receiver.start();
    receiver.answer = (response) =>
      response.writeHead(503, { "retry-after": "99999999" }).end(`no\u001b[31m\n${"x".repeat(9000)}`);
    const { answer, retryAfterMs } = await post(new URL(receiver.url), sent);
    assert.match(answer, /^HTTP 503: no x+…$/);
    assert.equal([...answer].length, 200);
    assert.equal(retryAfterMs, 6 * 60 * 60_000);
    receiver.answer = (response) => response.writeHead(503, { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }).end();
    assert.equal((await post(new URL(receiver.url), sent)).retryAfterMs, undefined);
  });

  it("repeats no path that an answer repeats, since a token may stand in it", async () => {
    await using receiver = await Receiver.start();
    receiver.answer = (response, { path }) =>
      response.writeHead(404).end(`Cannot POST ${path} (${path.split("/")[1]})`);
    const reply = await post(new URL(`${receiver.url}/bot42:AAE-geheim/sendMessage?x=y`), sent);
    assert.equal(reply.answer, "HTTP 404: Cannot POST … (…)");
    // The path stands where the line is cut.
    receiver.answer = (response, { path }) =>
      response.writeHead(404).end(`${"no ".repeat(55)}${path}${" no".repeat(99)}`);
    const long = await post(new URL(`${receiver.url}/hooks/geheim-${"x".repeat(90)}`), sent);
    assert.match(long.answer, /no … no/);
    assert.doesNotMatch(long.answer, /hooks|geheim/);
  });

  it("says why a receiver cannot be reached, and never names the path of its address", async () => {
    const cases: [serve: (socket: Socket) => void, answer: RegExp][] = [
      [(socket) => socket.destroy(), /cut the connection before it answered|cannot be reached/],
      [(socket) => socket.end("SSH-2.0-OpenSSH\r\n"), /cannot be reached \(HPE_/],
      [
        (socket) => socket.write(head("200 OK", `x: ${"y".repeat(99_999)}\r\n`)),
        /cannot be reached \(HPE_HEADER_OVERFLOW\)/,
      ],
    ];
    for (const [serve, answer] of cases) {
      await using raw = await startRaw(serve);
      const reply = await post(raw.url, sent);
      assert.equal(reply.outcome, "away");
      assert.match(reply.answer, answer);
      assert.doesNotMatch(reply.answer, /secret/);
    }
    const closed = await post(new URL(`http://127.0.0.1:${await freePort()}/secret`), sent);
    assert.match(closed.answer, /^nobody listens on 127\.0\.0\.1:\d+$/);
    const unknown = await post(new URL("http://nowhere.invalid/secret"), sent);
    assert.match(unknown.answer, /^the name in nowhere\.invalid leads to no machine \(E/);
  });

  it("takes an answer that changes the protocol for a refusal, and waits for nothing behind it", async () => {
    for (const rest of ["", "\x81\x00"]) {
      await using raw = await startRaw((socket) =>
        socket.write(`${head("101 Switching Protocols", "connection: upgrade\r\nupgrade: websocket\r\n")}${rest}`),
      );
      assert.deepEqual(await post(raw.url, sent), { outcome: "refused", answer: "HTTP 101" });
    }
  });

  it("waits ten seconds in all for one that is silent, drips its answer, or sends one without end", async () => {
    const beganMs = performance.now();
    const drip = (socket: Socket, first: string) => {
      socket.write(first);
      const timer = setInterval(() => socket.write("1\r\nx\r\n"), 100);
      socket.once("close", () => clearInterval(timer));
    };
    await using silent = await startRaw(() => undefined);
    await using dripping = await startRaw((socket) => drip(socket, head("500 No", "transfer-encoding: chunked\r\n")));
    await using hints = await startRaw((socket) => {
      const timer = setInterval(() => socket.write(head("103 Early Hints")), 100);
      socket.once("close", () => clearInterval(timer));
    });
    let flooded = 0;
    await using endless = await startRaw((socket) => {
      socket.write(head("400 No", "content-length: 999999999999\r\n"));
      const flood = () => {
        while (socket.writable && socket.write("x".repeat(65_536))) flooded += 65_536;
      };
      socket.on("drain", flood);
      flood();
    });
    const replies = await Promise.all([silent, dripping, hints, endless].map(({ url }) => post(url, sent)));
    assert.deepEqual(
      replies.map(({ outcome }) => outcome),
      ["away", "refused", "away", "refused"],
    );
    assert.match(replies[0]?.answer ?? "", /gave no answer within 10 s$/);
    assert.match(replies[3]?.answer ?? "", /^HTTP 400: x+…$/);
    assert.ok(performance.now() - beganMs < 20_000);
    assert.ok(flooded < 64e6, `${flooded} bytes of an answer were taken`);
  });

  it("connects to no address that it may not, however the name is spelled, and asks at each connection", async () => {
    await using receiver = await Receiver.start();
    const asked: string[] = [];
    const mayReach = (address: string) => {
      asked.push(address);
      return false;
    };
    for (const host of ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"]) {
      const reply = await post(new URL(`http://${host}:${receiver.port}/`), { ...sent, mayReach });
      assert.deepEqual([reply.outcome, /private address/.test(reply.answer)], ["away", true], host);
    }
    assert.deepEqual(new Set(asked).difference(new Set(["127.0.0.1", "::1"])), new Set());
    assert.equal(receiver.received.length, 0);
    const allowed = await post(new URL(receiver.url), { ...sent, mayReach: (address) => address === "127.0.0.1" });
    assert.equal(allowed.outcome, "accepted");
  });

  it("is cut off when the process ends, for which the receiver is not blamed", async () => {
    const ending = new AbortController();
    await using silent = await startRaw(() => ending.abort());
    assert.deepEqual(await post(silent.url, { ...sent, signal: ending.signal }), {
      outcome: "away",
      answer: `${silent.url.host} was not waited for any more`,
    });
  });
});
