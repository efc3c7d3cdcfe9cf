import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** A server that says a word and then what it hears. */
async function startEcho(context: TestContext, word = "") {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.write(word);
    socket.pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

function talkTo(proxy: TcpProxy) {
  const socket = connect(proxy.port, proxy.host);
  let heard = "";
  let error: string | undefined;
  socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
  socket.on("error", (cause: NodeJS.ErrnoException) => (error = cause.code));
  return { socket, heard: () => heard, error: () => error };
}

test("tcp proxy: passes bytes and ends on, holds them while it is frozen, and loses none", async (context) => {
  await using proxy = await startTcpProxy(await startEcho(context));
  const { socket, heard } = talkTo(proxy);
  socket.write("one ");
  await eventually("it is heard", () => heard() === "one ");
  for (const direction of ["toServer", "toClient", undefined] as const) {
    const before = heard();
    proxy.freeze(direction);
    socket.write("two ");
    await assert.rejects(eventually("", () => heard() !== before, { deadlineMs: 100 }));
    proxy.thaw();
    await eventually("it is heard", () => heard() === `${before}two `);
  }
  socket.end("end");
  await once(socket, "close");
  assert.ok(heard().endsWith("two end"));
  await eventually("no connection is open", () => proxy.connections === 0);
});

test("tcp proxy: delays each byte", async (context) => {
  await using proxy = await startTcpProxy(await startEcho(context));
  const { socket, heard } = talkTo(proxy);
  proxy.delayMs = 50;
  const startMs = performance.now();
  socket.write("late");
  await eventually("it is heard", () => heard() === "late");
  assert.ok(performance.now() - startMs >= 99);
  socket.end();
});

test("tcp proxy: a cut resets connections and refuses new ones; then it leads on, also to another server", async (context) => {
  await using proxy = await startTcpProxy(await startEcho(context, "first"));
  const before = talkTo(proxy);
  await eventually("it is connected", () => before.heard() === "first");
  await proxy.cut();
  await eventually("it was reset", () => before.error() === "ECONNRESET");
  const during = talkTo(proxy);
  await eventually("it was refused", () => during.error() === "ECONNREFUSED");
  await proxy.mend();
  const after = talkTo(proxy);
  await eventually("it is connected", () => after.heard() === "first");
  proxy.leadTo(await startEcho(context, "second"));
  await eventually("it was reset", () => after.error() === "ECONNRESET");
  const other = talkTo(proxy);
  await eventually("it is connected", () => other.heard() === "second");
  other.socket.end();
});
