import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, type ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { AccessService, DownloadService, Role } from "@dwld/rpc";
import { eventually } from "@dwld/testbed";
import { localTransport, protocolsOf, watchUntilEnd } from "../testing/protocols.ts";
import { serveApi } from "../testing/served-api.ts";

test("first token: a stream that began without one ends when it is made, in every protocol; one of the UNIX socket goes on", async (t) => {
  const api = await serveApi();
  t.after(() => api.close());
  const local = localTransport(api);
  const leave = new AbortController();
  const own = createClient(DownloadService, local).watchTasks({}, { signal: leave.signal })[Symbol.asyncIterator]();
  await own.next();
  const transports = Object.values(protocolsOf(api));
  const streams = await Promise.all(transports.map((transport) => watchUntilEnd(transport([]))));
  const ends: ConnectError[] = [];
  for (const ended of streams) void ended().then((error) => ends.push(error));
  await createClient(AccessService, local).createToken({ name: "first", role: Role.ADMIN });
  await eventually("the streams of strangers have ended", () => ends.length === transports.length);
  for (const { code, rawMessage } of ends) {
    assert.equal(code, Code.Unauthenticated);
    assert.match(rawMessage, /^this server asks for a token: send it as "authorization: Bearer dwld_…"/);
  }
  assert.equal(api.context.feed.watchers, 1);
  const { task } = await createClient(DownloadService, local).addTask({ link: "https://videos.example/own" });
  const told = await own.next();
  assert.ok(told.done !== true && told.value.event.case === "changed");
  assert.equal(told.value.event.value.id, task?.id);
  leave.abort();
});

test("first token: with tokens off, no stream ends by it", async (t) => {
  const api = await serveApi({}, { tokens: "off" });
  t.after(() => api.close());
  const leave = new AbortController();
  const client = createClient(DownloadService, createGrpcTransport({ baseUrl: api.grpcUrl }));
  const stream = client.watchTasks({}, { signal: leave.signal })[Symbol.asyncIterator]();
  await stream.next();
  await createClient(AccessService, localTransport(api)).createToken({ name: "first", role: Role.ADMIN });
  const { task } = await client.addTask({ link: "https://videos.example/any" });
  const told = await stream.next();
  assert.ok(told.done !== true && told.value.event.case === "changed");
  assert.equal(told.value.event.value.id, task?.id);
  leave.abort();
});
