import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { createConnection, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { BadRequestSchema, DownloadService } from "@dwld/rpc";
import { Health } from "@dwld/rpc/services";
import { eventually } from "@dwld/testbed";
import { serveApi } from "../testing/served-api.ts";

type Api = Awaited<ReturnType<typeof serveApi>>;

const addTaskPath = "/dwld.v1.DownloadService/AddTask";

/** Sends a request of a bare HTTP/1.1 client with any headers, and returns the response. */
async function post(api: Api, body: string, headers: Record<string, string> = {}, path = addTaskPath) {
  const { host, port } = api.listeners.http.address;
  const sent = request({
    host,
    port,
    path,
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const chunks = await Array.fromAsync(response.setEncoding("utf8") as AsyncIterable<string>);
  return { status: response.statusCode, text: chunks.join("") };
}

describe("the two listeners", () => {
  let api: Api;

  before(async () => {
    api = await serveApi({}, { hosts: ["nas.example"] });
  });

  after(async () => {
    await api.close();
  });

  const clients: Record<string, () => Transport> = {
    "gRPC over HTTP/2": () => createGrpcTransport({ baseUrl: api.grpcUrl }),
    "gRPC-Web over HTTP/2": () => createGrpcWebTransport({ baseUrl: api.grpcUrl, httpVersion: "2" }),
    "Connect over HTTP/2": () => createConnectTransport({ baseUrl: api.grpcUrl, httpVersion: "2" }),
    "Connect over HTTP/1.1": () => createConnectTransport({ baseUrl: api.httpUrl, httpVersion: "1.1" }),
    "Connect with JSON over HTTP/1.1": () =>
      createConnectTransport({ baseUrl: api.httpUrl, httpVersion: "1.1", useBinaryFormat: false }),
    "gRPC-Web over HTTP/1.1": () => createGrpcWebTransport({ baseUrl: api.httpUrl, httpVersion: "1.1" }),
  };

  for (const [name, transport] of Object.entries(clients))
    it(`listeners: ${name}: a call, a stream, an error with its details, and health`, async () => {
      const client = createClient(DownloadService, transport());
      const { task } = await client.addTask({ link: `https://videos.example/${encodeURIComponent(name)}` });
      const leave = new AbortController();
      const stream = client.watchTasks({}, { signal: leave.signal })[Symbol.asyncIterator]();
      const first = await stream.next();
      assert.equal(first.done === true ? "" : first.value.event.case, "snapshot");
      await client.cancelTask({ id: task?.id ?? "" });
      const second = await stream.next();
      assert.equal(second.done === true ? "" : second.value.event.case, "changed");
      leave.abort();

      const refused = await client
        .addTask({ link: "", folder: ".." })
        .catch((error: unknown) => ConnectError.from(error));
      assert.ok(refused instanceof ConnectError);
      assert.equal(refused.code, Code.InvalidArgument);
      const [details] = refused.findDetails(BadRequestSchema);
      assert.deepEqual(
        details?.fieldViolations.map(({ field }) => field),
        ["link", "folder"],
      );
      assert.equal((await createClient(Health, transport()).check({})).status, 1);
    });

  it("listeners: plain JSON by curl, with errors a person can read", async () => {
    const added = await post(api, JSON.stringify({ link: "https://videos.example/curl", targetQuality: 720 }));
    assert.equal(added.status, 200);
    assert.equal((JSON.parse(added.text) as { task: { targetQuality: number } }).task.targetQuality, 720);
    const refused = await post(api, JSON.stringify({ link: "-x" }));
    assert.equal(refused.status, 400);
    assert.match(refused.text, /"fieldViolations":\[\{"field":"link","description":"begins with a dash/);
  });

  const rubbish: readonly [what: string, body: string, status: number, words: RegExp][] = [
    ["a negative quality", '{"link":"https://v.example/","targetQuality":-1}', 400, /target_quality/],
    ["a quality that is no number", '{"link":"https://v.example/","targetQuality":"best"}', 400, /target_quality/],
    ["no JSON", "link=https://v.example/", 400, /JSON/i],
    ["nothing", "", 400, /JSON/i],
    ["a body of 100 KB", JSON.stringify({ link: `https://v.example/${"a".repeat(100_000)}` }), 429, /65536/],
    ["a misspelt field", '{"link":"https://v.example/","quality":720}', 400, /quality/],
    ["a state that does not exist", '{"states":["DONE"]}', 400, /states|DONE/],
  ];
  for (const [what, body, status, words] of rubbish)
    it(`listeners: ${what}: refused in words`, async () => {
      const path = what.includes("state") ? "/dwld.v1.DownloadService/CleanHistory" : addTaskPath;
      const answer = await post(api, body, {}, path);
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.text, words);
    });

  it("listeners: answer to their own hosts, and to no foreign origin", async () => {
    const body = JSON.stringify({ link: "https://videos.example/host" });
    assert.equal((await post(api, body, { host: "nas.example" })).status, 200);
    const rebound = await post(api, body, { host: "evil.example:8890" });
    assert.equal(rebound.status, 403);
    assert.match(rebound.text, /evil\.example.*api\.hosts/);
    assert.equal((await post(api, body, { origin: "https://evil.example" })).status, 403);
    // A form of another page can send this without a preflight.
    assert.equal((await post(api, body, { "content-type": "text/plain" })).status, 415);
  });

  it("listeners: garbage ends its connection alone", async () => {
    const inputs = [
      Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
      Buffer.from("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001", "latin1"),
      Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\u0000\u0000\u0008\u0009\u00ff".repeat(100), "latin1"),
      Buffer.alloc(200_000, 0x41),
    ];
    for (const listener of [api.listeners.grpc, api.listeners.http])
      for (const input of inputs) {
        const socket = createConnection(listener.address);
        socket.on("error", () => socket.destroy());
        socket.end(input);
        socket.resume();
        await closed(socket);
      }
    const client = createClient(DownloadService, createGrpcTransport({ baseUrl: api.grpcUrl }));
    assert.equal((await client.getStatus({})).version, "0.0.0");
    assert.equal((await post(api, "{}", {}, "/dwld.v1.DownloadService/GetStatus")).status, 200);
  });

  it("listeners: a request without a host is refused alone", async () => {
    for (const authority of ["[", "%%%", "a:99999999", "localhost:x"]) {
      const session = connectHttp2(api.grpcUrl);
      session.on("error", () => session.destroy());
      const stream = watchByHand(session, { ":authority": authority });
      const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
      assert.equal(headers[":status"], 400, JSON.stringify(authority));
      session.destroy();
    }
  });

  it("listeners: a client that breaks off leaves nothing behind, on either listener", async () => {
    const { feed } = api.context;
    await eventually("nobody watches", () => feed.watchers === 0);
    const session = connectHttp2(api.grpcUrl);
    session.on("error", () => session.destroy());
    const stream = watchByHand(session);
    await once(stream, "response");
    assert.equal(feed.watchers, 1);
    session.destroy();
    await eventually("the server has noticed", () => feed.watchers === 0);

    const leave = new AbortController();
    const body = Buffer.concat([Buffer.from([0, 0, 0, 0, 2]), Buffer.from("{}")]);
    const answer = await fetch(`${api.httpUrl}/dwld.v1.DownloadService/WatchTasks`, {
      method: "POST",
      headers: { "content-type": "application/connect+json" },
      body,
      signal: leave.signal,
    });
    assert.equal(answer.status, 200);
    assert.equal(feed.watchers, 1);
    leave.abort();
    await eventually("the server has noticed", () => feed.watchers === 0);
  });

  it("listeners: writes to a client that reads nothing are bounded", async () => {
    const { feed } = api.context;
    const session = connectHttp2(api.grpcUrl, { settings: { initialWindowSize: 1000 } });
    session.on("error", () => session.destroy());
    const stream = watchByHand(session);
    await once(stream, "response");
    stream.pause();
    const client = createClient(DownloadService, createConnectTransport({ baseUrl: api.httpUrl, httpVersion: "1.1" }));
    const links = Array.from({ length: 300 }, (_, i) => `https://videos.example/slow/${i}`);
    await Promise.all(links.map((link) => client.addTask({ link })));
    // A watcher is a place in the feed: that others go on while this one is stuck is all there is to see.
    assert.equal(feed.watchers, 1);
    assert.ok(stream.readableLength < 20_000);
    session.destroy();
    await eventually("the stuck watcher is gone", () => feed.watchers === 0);
  });
});

/** Returns whether a connection was ended in order or reset. */
async function closed(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once("close", () => {
    resolve();
  });
  await promise;
}

function watchByHand(session: ClientHttp2Session, headers: Record<string, string> = {}) {
  const stream = session.request({
    ":method": "POST",
    ":path": "/dwld.v1.DownloadService/WatchTasks",
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  stream.on("error", () => stream.destroy());
  stream.end(Buffer.from([0, 0, 0, 0, 0]));
  return stream;
}
