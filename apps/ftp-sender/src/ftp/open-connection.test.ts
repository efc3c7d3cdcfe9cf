import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { cut, type FtpScript, silence } from "@dwld/testbed";
import { answering, destinationOf, failureOf, never } from "../testing/ftp-servers.ts";

/** The bytes that follow are no command, though they may look like one. */
function silentBehind(name: string, answer: string): FtpScript {
  let isSilent = false;
  return {
    onCommand: (command) => {
      if (isSilent) return silence;
      isSilent = command.startsWith(name);
      return isSilent ? answer : undefined;
    },
  };
}

const connecting: { what: string; script: FtpScript; tls?: "explicit" | "implicit"; kind: string; words: RegExp }[] = [
  {
    what: "a greeting that never comes",
    script: { onCommand: answering("", silence) },
    kind: "stalled",
    words: /does not answer/,
  },
  {
    what: "a greeting of 10 MB on many lines",
    script: { onCommand: answering("", `${"220-Welcome to this server.\r\n".repeat(350_000)}220 Ready`) },
    kind: "connection",
    words: /answer/,
  },
  {
    what: "a greeting of 10 MB on one line",
    script: { onCommand: answering("", `220 ${"x".repeat(10_000_000)}`) },
    kind: "connection",
    words: /answer/,
  },
  {
    what: "a server that refuses at once",
    script: { onCommand: answering("", "421 Too many users, sorry.") },
    kind: "too_many_connections",
    words: /allows no further connection/,
  },
  {
    what: "a server that is closed",
    script: { onCommand: answering("", "421 Closed for today.") },
    kind: "connection",
    words: /Closed for today/,
  },
  {
    what: "a connection that is reset at once",
    script: { onCommand: answering("", cut) },
    kind: "connection",
    words: /./,
  },
  {
    what: "a login that is never answered",
    script: { onCommand: answering("PASS", silence) },
    kind: "stalled",
    words: /does not answer/,
  },
  {
    what: "421 in the middle of the login",
    script: { onCommand: answering("FEAT", "421 Timeout.") },
    kind: "connection",
    words: /421 Timeout/,
  },
  {
    what: "TLS that is promised and never begins",
    script: silentBehind("AUTH", "234 Go on."),
    tls: "explicit",
    kind: "stalled",
    words: /does not answer/,
  },
  { what: "TLS that is not spoken at all", script: {}, tls: "implicit", kind: "tls", words: /does not speak TLS/ },
];

for (const { what, script, tls, kind, words } of connecting)
  test(`FTP connection: ${what} is "${kind}", before anything is sent`, async () => {
    const changes = { idleTimeoutMs: 1000, ...(tls === undefined ? {} : { tls: { mode: tls } }) };
    const error = await failureOf(script, async () => {}, changes);
    assert.deepEqual([error.kind, error.phase], [kind, "connect"], error.message);
    assert.match(error.message, words);
    assert.ok(error.message.length < 500);
  });

test("FTP connection: little is read of a server that talks without end", async (context) => {
  let said = 0;
  const closed = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    const line = Buffer.from(`220-${"x".repeat(1000)}\r\n`);
    const talk = () => {
      do said += line.length;
      while (socket.write(line));
    };
    socket.on("drain", talk).on("error", closed.resolve).on("close", closed.resolve);
    talk();
  }).listen(0, "127.0.0.1");
  context.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const account = { host: "127.0.0.1", port, user: "u", password: "p" };
  using destination = destinationOf(account);
  await assert.rejects(destination.connect(never()), { kind: "connection", message: /answer/ });
  await closed.promise;
  // Most of it lies in the kernel's buffers.
  assert.ok(said < 20_000_000, `${said} bytes`);
});
