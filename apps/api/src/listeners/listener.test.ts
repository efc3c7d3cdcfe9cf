import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTcp, createServer, type AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { connect as connectTls } from "node:tls";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { eventually } from "@dwld/testbed";
import { startListeners } from "./listeners.ts";
import { TrustedProxies } from "../access/trusted-proxies.ts";
import { serveApi, serveApiOverTls, testGate, testLimits, testPage, testCounts } from "../testing/served-api.ts";

describe("the listeners at their end", () => {
  it("listener: streams end as unavailable, connections are told goodbye, and nobody is kept waiting", async () => {
    const api = await serveApi();
    const transports = [
      createGrpcTransport({ baseUrl: api.grpcUrl }),
      createConnectTransport({ baseUrl: api.httpUrl, httpVersion: "1.1" }),
      createGrpcWebTransport({ baseUrl: api.httpUrl, httpVersion: "1.1" }),
    ];
    const streams = transports.map((transport) =>
      createClient(DownloadService, transport).watchTasks({})[Symbol.asyncIterator](),
    );
    await Promise.all(streams.map((stream) => stream.next()));
    const idle = connectHttp2(api.grpcUrl);
    await once(idle, "remoteSettings");
    const goodbye = once(idle, "goaway");
    const begun = performance.now();
    const closing = api.close();
    for (const stream of streams)
      await assert.rejects(
        async () => {
          for (;;) if ((await stream.next()).done === true) assert.fail("it ended as if all was said");
        },
        (error) => ConnectError.from(error).code === Code.Unavailable && /shutting down/.test(String(error)),
      );
    const [goodbyeCode] = (await goodbye) as [number];
    assert.equal(goodbyeCode, 0);
    await closing;
    assert.ok(performance.now() - begun < 2000);
  });

  for (const tls of [false, true])
    it(
      `listener: a connection on which nothing was sent does not hold the end${tls ? ", over TLS" : ""}`,
      { timeout: 8000 },
      async () => {
        const api = tls ? await serveApiOverTls() : await serveApi();
        const { port } = new URL(api.httpUrl);
        const socket = tls
          ? connectTls({
              host: "127.0.0.1",
              port: Number(port),
              rejectUnauthorized: false,
              ALPNProtocols: ["http/1.1"],
            })
          : connectTcp({ host: "127.0.0.1", port: Number(port) });
        await once(socket, tls ? "secureConnect" : "connect");
        const gone = once(socket.resume(), "close");
        await api.close();
        await gone;
      },
    );

  it("listener: a call whose connection was made just before the end is answered", async () => {
    const api = await serveApi();
    const socket = connectTcp({ host: "127.0.0.1", port: Number(new URL(api.httpUrl).port) });
    await once(socket, "connect");
    const closing = api.listeners.close();
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 200/);
    await closing;
    await api.close();
  });

  it("listener: a call that runs is answered before the end", async () => {
    const answer = Promise.withResolvers<void>();
    let asked = 0;
    const api = await serveApi({
      disk: {
        read: async () => {
          asked += 1;
          await answer.promise;
          return undefined;
        },
      },
    });
    const transports = [
      createGrpcTransport({ baseUrl: api.grpcUrl }),
      createConnectTransport({ baseUrl: api.httpUrl, httpVersion: "1.1" }),
    ];
    const calls = transports.map((transport) => createClient(DownloadService, transport).getStatus({}));
    await eventually("both calls have arrived", () => asked === 2);
    api.stop();
    const closing = api.listeners.close();
    await assert.rejects(fetch(api.httpUrl), "it takes nobody new");
    answer.resolve();
    for (const call of calls) assert.equal((await call).version, "0.0.0");
    await closing;
    await api.close();
  });

  it("listener: calls that do not end are cut off after the grace", async () => {
    let asked = 0;
    const api = await serveApi({
      disk: {
        read: () => {
          asked += 1;
          return new Promise(() => undefined);
        },
      },
    });
    const calls = [
      createGrpcTransport({ baseUrl: api.grpcUrl }),
      createConnectTransport({ baseUrl: api.httpUrl, httpVersion: "1.1" }),
    ].map((transport) => createClient(DownloadService, transport).getStatus({}));
    const failures = calls.map((call) => assert.rejects(call));
    await eventually("both calls have arrived", () => asked === 2);
    const closing = api.listeners.close();
    api.kill();
    await closing;
    await Promise.all(failures);
    await api.close();
  });

  it("listener: a port that is taken is told by its address, and neither listener stays open", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const api = await serveApi();
    const free = `127.0.0.1:0`;
    const proxies = new TrustedProxies([]);
    const options = {
      gate: testGate(api),
      page: testPage(api),
      proxies,
      killing: new AbortController().signal,
      logger: api.logger,
      counts: testCounts(),
      routes: () => undefined,
    };
    for (const [listen, http] of [
      [`127.0.0.1:${port}`, free],
      [free, `127.0.0.1:${port}`],
    ] as const)
      await assert.rejects(startListeners({ listen, http, hosts: [] }, testLimits("", api.logger), options), {
        code: "EADDRINUSE",
        syscall: "listen",
        port,
      });
    taken.close();
    await api.close();
  });
});
