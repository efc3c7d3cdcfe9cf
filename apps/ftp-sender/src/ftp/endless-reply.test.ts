import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { destinationOf, inSession } from "../testing/ftp-servers.ts";

const replies: Record<string, string> = { "": "220 ready", USER: "331 password?", PWD: '257 "/"' };

/** A server whose reply to one command never ends: a line comes before each time-out. "" is the connection itself. */
async function startEndless(asked: string) {
  const listener = createServer((socket) => {
    let more: NodeJS.Timeout | undefined;
    const reply = (command: string) => {
      if (command === asked) more ??= setInterval(() => socket.write("220-and more\r\n"), 20);
      else socket.write(`${replies[command] ?? "200 ok"}\r\n`);
    };
    socket.on("error", () => undefined).on("close", () => clearInterval(more));
    // readline repeats the errors of its socket.
    const lines = createInterface({ input: socket }).on("error", () => undefined);
    lines.on("line", (line) => reply(line.split(" ")[0] ?? ""));
    reply("");
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  return {
    ...{ host: "127.0.0.1", port, user: "u", password: "p" },
    [Symbol.dispose]: () => void listener.close(),
  };
}

for (const [asked, phase] of [
  ["", "connect"],
  ["FEAT", "connect"],
  ["SIZE", "work"],
] as const)
  test(`FTP session: a reply that never ends (${asked || "to the connection"}) is no answer after some time-outs`, async () => {
    using server = await startEndless(asked);
    using destination = destinationOf(server, { idleTimeoutMs: 200 });
    const asking = inSession(destination, (session) => session.size("/a"));
    await assert.rejects(asking, { name: "DestinationError", kind: "stalled", phase });
  });
