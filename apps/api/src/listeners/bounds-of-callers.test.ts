import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Agent, get, request } from "node:http";
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { createLogger } from "@dwld/daemon";
import { DownloadService } from "@dwld/rpc";
import { eventually } from "@dwld/testbed";
import { holderOf } from "../limits/caller.ts";
import { HeldPlaces } from "../limits/held-places.ts";
import { Batches } from "./batches.ts";
import { serveApi, testLimits } from "../testing/served-api.ts";
import { refusal } from "../testing/test-service.ts";

describe("one caller", () => {
  let api: Awaited<ReturnType<typeof serveApi>>;
  before(async () => {
    const logger = createLogger({ level: "error", app: "api" });
    api = await serveApi({ limits: testLimits("limits: { perAddress: { connections: 50, streams: 40 } }", logger) });
  });
  after(() => api.close());

  /** Streams of the first snapshot's arrival; what came of those that were refused. */
  async function hold(transport: ReturnType<typeof createGrpcTransport>, count: number) {
    const ending = new AbortController();
    const client = createClient(DownloadService, transport);
    const refusals: ConnectError[] = [];
    await Promise.all(
      Array.from({ length: count }, async () => {
        try {
          await client.watchTasks({}, { signal: ending.signal })[Symbol.asyncIterator]().next();
        } catch (error) {
          refusals.push(ConnectError.from(error));
        }
      }),
    );
    return { end: () => ending.abort(), refusals };
  }

  it("bounds of callers: an address holds as many streams as are configured; one more is refused, and other calls are answered", async () => {
    const transport = createGrpcTransport({ baseUrl: api.grpcUrl });
    const held = await hold(transport, 60);
    assert.equal(held.refusals.length, 20);
    for (const { code, rawMessage } of held.refusals) {
      assert.equal(code, Code.ResourceExhausted);
      assert.match(rawMessage, /^this address holds too many streams: at most 40 at once; .*; try again in 5 s$/);
    }
    assert.equal((await createClient(DownloadService, transport).getStatus({})).version, "0.0.0");
    const json = createConnectTransport({ baseUrl: api.httpUrl, httpVersion: "1.1" });
    assert.equal((await createClient(DownloadService, json).getStatus({})).version, "0.0.0");
    held.end();
    await eventually("those that have ended make room", async () => {
      const again = await hold(transport, 1);
      again.end();
      return again.refusals.length === 0;
    });
  });

  it("bounds of callers: an address has 8 calls for many tasks under way; one more is told to come again, whatever its URL", async () => {
    const { port } = api.listeners.http.address;
    const json = createConnectTransport({ baseUrl: api.httpUrl, httpVersion: "1.1" });
    const client = createClient(DownloadService, json);
    const path = "/dwld.v1.DownloadService/AddTasks";
    const headers = { "content-type": "application/json", "content-length": 2 };
    const open = Array.from({ length: 8 }, () => request({ port, host: "127.0.0.1", method: "POST", path, headers }));
    for (const each of open) each.on("error", () => undefined).flushHeaders();
    const call = async (query: string) => {
      const answer = await fetch(`${api.httpUrl}${path}${query}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"requests":[{"link":"https://videos.example/"}]}',
      });
      return [answer.status, await answer.text()] as const;
    };
    await eventually("all of them are under way", async () => (await call(""))[0] === 503);
    for (const query of ["", "?a=b"])
      assert.match((await call(query))[1], /"unavailable".*too many calls for many tasks/);
    for (const method of ["retryTasks", "cancelTasks", "deleteTasks", "getStatistics"] as const)
      assert.equal((await refusal(client[method]({}))).code, Code.Unavailable, method);
    assert.ok((await client.addTask({ link: "https://videos.example/" })).task);
    for (const each of open) each.destroy();
    await eventually("those that have ended make room", async () => (await call(""))[0] === 200);
  });

  it("bounds of callers: an address holds as many connections as are configured; another address is not affected", async (context) => {
    const { port } = api.listeners.http.address;
    const sockets: Socket[] = [];
    let gone = 0;
    context.after(() => {
      for (const socket of sockets) socket.destroy();
    });
    while (sockets.length < 110) {
      const socket = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.7" });
      socket.on("error", () => undefined);
      socket.once("close", () => (gone += 1));
      sockets.push(socket);
    }
    await eventually("those above the bound are refused", () => gone === 60, { describe: () => `${gone} are gone` });
    const agent = new Agent({ keepAlive: false });
    const [answer] = (await once(get({ port, host: "127.0.0.1", agent }), "response")) as [{ statusCode: number }];
    assert.equal(answer.statusCode, 200);
  });
});

it("bounds of callers: a token has 4 calls for many tasks under way from all of its addresses, and keeps no other from its own", () => {
  const batches = new Batches();
  const from = (host: number, id: string) =>
    batches.hold({ address: `10.0.0.${host}`, token: { id, name: id, chats: "all" } });
  const held = [1, 2, 3, 4].map((host) => from(host, "a"));
  const isHeld = (hold: unknown) => typeof hold === "function";
  assert.ok(held.every(isHeld));
  for (let call = 0; call < 9; call += 1) assert.equal((from(5, "a") as ConnectError).code, Code.Unavailable);
  for (const id of ["b", "c"]) for (let call = 0; call < 4; call += 1) assert.ok(isHeld(from(5, id)));
  assert.ok(!isHeld(from(5, "d")), "the address is at its bound");
  assert.ok(isHeld(from(6, "d")), "and nothing of the token was left behind");
  (held[0] as () => void)();
  assert.ok(isHeld(from(1, "a")));
});

it("bounds of callers: a caller of the UNIX socket has no address, and its streams no limit", () => {
  const limits = testLimits("limits: { perAddress: { streams: 1 } }", createLogger({ level: "error", app: "api" }));
  const socket = { address: undefined, token: undefined };
  for (const caller of [socket, socket, { ...socket, address: "10.0.0.1" }])
    assert.equal(typeof limits.holdStream(caller), "function");
  assert.equal(typeof limits.holdStream({ ...socket, address: "10.0.0.1" }), "object");
});

it("bounds of callers: a place is released once, all together have a bound, and an IPv6 address counts as its /64", () => {
  const bound = new HeldPlaces(1);
  const release = bound.admit(holderOf("2a00:1450:1:2::5"));
  assert.ok(release);
  assert.equal(bound.admit(holderOf("2a00:1450:1:2:ffff::1")), undefined);
  assert.ok(bound.admit(holderOf("2a00:1450:1:3::5")));
  release();
  assert.ok(bound.admit(holderOf("2a00:1450:1:2::6")));
  const ofAll = new HeldPlaces(2, 3);
  const places = ["10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.3"].map((address) => ofAll.admit(address));
  assert.deepEqual(
    places.map((place) => place !== undefined),
    [true, true, true, false],
  );
  places[0]?.();
  assert.ok(ofAll.admit("10.0.0.3"));
  for (const [address, holder] of [
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["10.0.0.1", "10.0.0.1"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["2a00:1:2:3:4:5:6:7", "2a00:1:2:3"],
    ["2001:0DB8:0001:0002:0:0:0:9", "2001:db8:1:2"],
    ["2001:db8:1:2::9", "2001:db8:1:2"],
    ["::ffff:c633:6407", "198.51.100.7"],
    ["0:0:0:0:0:FFFF:198.51.100.7", "198.51.100.7"],
  ] as const)
    assert.equal(holderOf(address), holder);
});
