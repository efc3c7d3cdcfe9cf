import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { connect as connectHttp2 } from "node:http2";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, describe, it, test } from "node:test";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { type ConnectRouter, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { formatAddress } from "@dwld/daemon";
import { DownloadService } from "@dwld/rpc";
import { Health } from "@dwld/rpc/services";
import { eventually, isThorough, makeCertificate } from "@dwld/testbed";
import { TrustedProxies } from "../../access/trusted-proxies.ts";
import { addRoutes } from "../../routes.ts";
import { openContext, serveApiOverTls, testGate, testPage, testCounts } from "../../testing/served-api.ts";
import { HeldPlaces } from "../../limits/held-places.ts";
import { CallBounds } from "../call-bounds.ts";
import { startListeners } from "../listeners.ts";
import { ServerCertificate } from "./server-certificate.ts";
import { startTlsListener } from "./tls-listener.ts";

const proxies = new TrustedProxies([]);

describe("the listeners over TLS", () => {
  let api: Awaited<ReturnType<typeof serveApiOverTls>>;
  before(async () => {
    api = await serveApiOverTls();
  });
  after(() => api.close());

  it("TLS: each port serves all protocols over HTTP/1.1 and HTTP/2, a call, a stream and health", async () => {
    const nodeOptions = { ca: api.ca };
    for (const baseUrl of [api.grpcUrl, api.httpUrl])
      for (const transport of [
        createGrpcTransport({ baseUrl, nodeOptions }),
        ...(["1.1", "2"] as const).flatMap((httpVersion) => [
          createConnectTransport({ baseUrl, httpVersion, nodeOptions }),
          createConnectTransport({ baseUrl, httpVersion, nodeOptions, useBinaryFormat: false }),
          createGrpcWebTransport({ baseUrl, httpVersion, nodeOptions }),
        ]),
      ]) {
        const client = createClient(DownloadService, transport);
        assert.equal((await client.getStatus({})).version, "0.0.0");
        const leave = new AbortController();
        const first = await client.watchTasks({}, { signal: leave.signal })[Symbol.asyncIterator]().next();
        assert.equal(first.done === true ? "" : first.value.event.case, "snapshot");
        leave.abort();
        assert.equal((await createClient(Health, transport).check({})).status, 1);
      }
  });

  it("TLS: answers to the names of its certificate, and to no foreign name or origin, in both versions of HTTP", async () => {
    const { port } = api.listeners.http.address;
    const path = "/dwld.v1.DownloadService/GetStatus";
    const byHttp1 = async (host: string, headers: Record<string, string> = {}) => {
      const sent = request({
        ...{ port, path, host: "127.0.0.1", servername: "localhost", method: "POST", ca: api.ca, agent: false },
        headers: { "content-type": "application/json", host, ...headers },
      });
      sent.end("{}");
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    const byHttp2 = async (host: string, headers: Record<string, string> = {}) => {
      const session = connectHttp2(api.httpUrl, { ca: api.ca });
      const fields = { ":method": "POST", ":path": path, ":authority": host, "content-type": "application/json" };
      const stream = session.request({ ...fields, ...headers });
      stream.end("{}");
      const [answer] = (await once(stream, "response")) as [Record<string, number>];
      session.destroy();
      return answer[":status"];
    };
    for (const call of [byHttp1, byHttp2]) {
      assert.equal(await call(`localhost:${port}`), 200);
      assert.equal(await call("evil.example"), 403);
      assert.equal(await call("localhost", { origin: "https://localhost" }), 200);
      assert.equal(await call("localhost", { origin: "https://evil.example" }), 403);
    }
  });

  it("TLS: speaks 1.2 and 1.3, nothing older, and no HTTP in the clear", async () => {
    const { address } = api.listeners.grpc;
    const spoken = async (only: "TLSv1.1" | "TLSv1.2" | "TLSv1.3") => {
      const socket = connectTls({
        ...{ ...address, ca: api.ca, minVersion: only, maxVersion: only },
        // OpenSSL itself has no older version at its usual level.
        ciphers: "DEFAULT@SECLEVEL=0",
      });
      const version = await once(socket, "secureConnect").then(
        () => socket.getProtocol(),
        () => "refused",
      );
      socket.destroy();
      return version;
    };
    assert.equal(await spoken("TLSv1.1"), "refused");
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) assert.equal(await spoken(version), version);
    const plain = connect(address);
    plain.end("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").resume();
    await once(plain, "close");
    assert.equal(plain.bytesRead, 0);
  });

  it("TLS: an address holds 500 connections, those that never begin a handshake among them, and gets them back", async () => {
    const { port } = api.listeners.grpc.address;
    const silent: Socket[] = [];
    let gone = 0;
    for (let count = 0; count < 520; count += 1) {
      const socket = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.7" });
      socket.on("error", () => undefined).once("close", () => (gone += 1));
      silent.push(socket);
      if (silent.length % 100 === 0) await once(socket, "connect");
    }
    await eventually("those above the bound are refused", () => gone === 20, { describe: () => `${gone} are gone` });
    for (const socket of silent) socket.destroy();
    await eventually("there is room again", async () => {
      const raw = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.7" });
      const socket = connectTls({ socket: raw, host: "localhost", ca: api.ca });
      const reached = await once(socket, "secureConnect").then(
        () => true,
        () => false,
      );
      socket.destroy();
      return reached;
    });
  });

  it("TLS: connections that stop at any step are ended within 10 s", { skip: !isThorough }, async () => {
    const { address } = api.listeners.http;
    const over = async (protocol: string, ...texts: string[]): Promise<TLSSocket> => {
      const socket = connectTls({ ...address, ca: api.ca, ALPNProtocols: [protocol] });
      await once(socket, "secureConnect");
      for (const text of texts) socket.write(text);
      return socket;
    };
    const stopped = [
      connect(address),
      await over("h2"),
      await over("http/1.1"),
      await over("http/1.1", "POST / HTTP/1.1\r\nhost: localhost\r\na: "),
    ];
    const begun = performance.now();
    await Promise.all(
      stopped.map(async (socket) => {
        socket.on("error", () => undefined).resume();
        await once(socket, "close");
      }),
    );
    assert.ok(performance.now() - begun < 13_000, `${performance.now() - begun} ms`);
  });

  it("TLS: files that cannot be used end the start by one sentence", async () => {
    const files = { ...api.tls, keyFile: api.tls.certificateFile };
    await assert.rejects(
      startListeners({ listen: "127.0.0.1:0", http: "127.0.0.1:0", hosts: [], tls: files }, api.context.limits, {
        routes: () => undefined,
        gate: testGate(api),
        page: testPage(api),
        proxies,
        logger: api.logger,
        counts: testCounts(),
        killing: new AbortController().signal,
      }),
      { code: "configuration", message: /certificate\.pem: holds no private key; name the PEM file of/ },
    );
  });
});

test("TLS: a new certificate serves new connections while a stream goes on; one that cannot be used changes nothing", async (cleanup) => {
  const opened = await openContext();
  const { certificateFile, keyFile, fingerprint: first } = await makeCertificate(opened.folder);
  const clock = { daysAhead: 0 };
  const certificate = new ServerCertificate(
    { certificateFile, keyFile, minVersion: "TLSv1.3" },
    { logger: opened.logger, now: () => Date.now() + clock.daysAhead * 86_400_000 },
  );
  const killing = new AbortController();
  const routes = (router: ConnectRouter) =>
    addRoutes(router, opened.context, { ready: () => Promise.resolve(true), stopping: opened.context.stopping });
  const listener = await startTlsListener(
    { host: "127.0.0.1", port: 0 },
    { hosts: [], certificate },
    { connections: new HeldPlaces(50), calls: new CallBounds([]) },
    {
      routes,
      gate: testGate(opened),
      page: testPage(opened),
      proxies,
      logger: opened.logger,
      counts: testCounts(),
      killing: killing.signal,
    },
  );
  cleanup.after(async () => {
    killing.abort();
    await listener.close();
    certificate.close();
    await opened.close();
  });
  const shown = async (maxVersion: "TLSv1.2" | "TLSv1.3" = "TLSv1.3") => {
    const socket = connectTls({ ...listener.address, maxVersion, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { fingerprint256 } = socket.getPeerX509Certificate() ?? {};
    socket.destroy();
    return fingerprint256;
  };
  assert.equal(await shown(), first);
  const nodeOptions = { ca: await readFile(certificateFile) };
  const baseUrl = `https://${formatAddress(listener.address)}`;
  const client = createClient(DownloadService, createGrpcTransport({ baseUrl, nodeOptions }));
  const stream = client.watchTasks({})[Symbol.asyncIterator]();
  await stream.next();

  const next = await makeCertificate(await mkdtemp(join(opened.folder, "next-")), { isAnother: true });
  await rename(next.certificateFile, certificateFile);
  certificate.read();
  assert.equal(await shown(), first, "its key is not there yet");
  certificate.read();
  await rename(next.keyFile, keyFile);
  certificate.read();
  assert.equal(await shown(), next.fingerprint);
  await assert.rejects(shown("TLSv1.2"), "what is not the certificate's stays as it was");
  clock.daysAhead = 20;
  certificate.read();
  clock.daysAhead = 31;
  certificate.read();
  clock.daysAhead = 0;
  await writeFile(certificateFile, "rubbish");
  certificate.read();
  await rm(certificateFile);
  certificate.read();
  assert.equal(await shown(), next.fingerprint);

  await client.addTask({ link: "https://videos.example/exchanged" });
  const change = await stream.next();
  assert.equal(change.done === true ? "" : change.value.event.case, "changed");
  const told = opened.logLines.map((line) => (JSON.parse(line) as { msg: string }).msg).slice(0, -1);
  const stays = ". The certificate that was read before stays in use";
  const lastDay = new X509Certificate(nodeOptions.ca).validToDate.toISOString().slice(0, 10);
  assert.deepEqual(told, [
    `${keyFile}: is not the key of the certificate in ${certificateFile}; name the two files of one pair in api.tls${stays}`,
    "the certificate was exchanged",
    `${certificateFile} expires on ${lastDay}; renew it`,
    `${certificateFile}: has expired on ${lastDay}; renew it (\`dwld tls self-signed --renew\` keeps the key), or see why its renewal failed${stays}`,
    `${certificateFile}: holds no certificate; name a PEM file of the server's certificate${stays}`,
    `${certificateFile}: does not exist; make it with \`dwld tls self-signed\`, or name the right one in api.tls.certificateFile${stays}`,
  ]);
});
