import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get, request } from "node:https";
import { it } from "node:test";
import { text } from "node:stream/consumers";
import { createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { formatAddress } from "@dwld/daemon";
import { AccessService, DownloadService, Role } from "@dwld/rpc";
import { documentedBlocks, freePort, makeCertificate, startNginx } from "@dwld/testbed";
import { serveApi } from "../testing/served-api.ts";

it("reverse proxy: nginx, by the lines of the operations guide, carries all protocols, streams at once, and tells who calls", async () => {
  const [lines = ""] = documentedBlocks("operations.md", "nginx");
  assert.deepEqual(documentedBlocks("operations.ru.md", "nginx"), [lines]);
  await using cleanup = new AsyncDisposableStack();
  const api = await serveApi({}, { trustedProxies: ["127.0.0.1"], tokens: "required" });
  cleanup.defer(() => api.close());
  const { certificateFile, keyFile } = await makeCertificate(api.folder);
  const port = await freePort();
  const server = lines
    .replace("listen 443", `listen 127.0.0.1:${port}`)
    .replace("dl.example.org;", "localhost;")
    .replace(/\/etc\S+fullchain\.pem/, certificateFile)
    .replace(/\/etc\S+privkey\.pem/, keyFile)
    .replace("127.0.0.1:8890", formatAddress(api.listeners.http.address))
    .replace("127.0.0.1:8888", formatAddress(api.listeners.grpc.address));
  cleanup.use(await startNginx(api.folder, server, port));

  const baseUrl = `https://localhost:${port}`;
  const nodeOptions = { ca: await readFile(certificateFile) };
  const local = createConnectTransport({
    ...{ baseUrl: "http://localhost", httpVersion: "1.1" },
    nodeOptions: { socketPath: api.listeners.socket?.address },
  });
  const { secret } = await createClient(AccessService, local).createToken({ name: "all", role: Role.ADMIN });
  const interceptors: Interceptor[] = [
    (next) => (call) => {
      call.header.set("authorization", `Bearer ${secret}`);
      return next(call);
    },
  ];
  for (const transport of [
    createGrpcTransport({ baseUrl, nodeOptions, interceptors }),
    createConnectTransport({ baseUrl, nodeOptions, interceptors, httpVersion: "1.1" }),
    createConnectTransport({ baseUrl, nodeOptions, interceptors, httpVersion: "2", useBinaryFormat: false }),
    createGrpcWebTransport({ baseUrl, nodeOptions, interceptors, httpVersion: "1.1" }),
  ]) {
    const client = createClient(DownloadService, transport);
    assert.equal((await client.getStatus({})).version, "0.0.0");
    const leave = new AbortController();
    const stream = client.watchTasks({}, { signal: leave.signal })[Symbol.asyncIterator]();
    const begun = performance.now();
    const first = await stream.next();
    assert.equal(first.done === true ? "" : first.value.event.case, "snapshot");
    // Collected by nginx, it would come with the end of the stream.
    assert.ok(performance.now() - begun < 4000);
    leave.abort();
  }

  // From another address than the proxy's, and with a lie.
  const client = { ...nodeOptions, localAddress: "127.0.0.9", headers: { "x-forwarded-for": "6.6.6.6" }, agent: false };
  const page = Promise.withResolvers<string>();
  get(baseUrl, client, (response) => void text(response).then(page.resolve));
  assert.match(await page.promise, new RegExp(`--server ${baseUrl} `), "the scheme is the client's");
  const called = request(`${baseUrl}/dwld.v1.DownloadService/GetStatus`, {
    ...client,
    method: "POST",
    headers: { ...client.headers, "content-type": "application/json", authorization: "Bearer wrong" },
  });
  called.end("{}");
  const [refused] = (await once(called, "response")) as [IncomingMessage];
  refused.resume();
  assert.equal(refused.statusCode, 401);
  assert.match(api.logLines.at(-1) ?? "", /"address":"127\.0\.0\.9".*wrong token/);
});
