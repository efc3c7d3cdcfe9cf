import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { type FtpServer, startVsftpd } from "@dwld/testbed";
import type { Destination } from "../destination.ts";
import { createFtpDestination } from "./ftp-destination.ts";
import type { FtpServerSettings } from "./open-connection.ts";
import { SourceFile } from "../source-file.ts";
import { startTampering } from "../testing/ftp-tamper.ts";

const never = () => new AbortController().signal;

function destinationOf(server: FtpServer, changes: Partial<FtpServerSettings> = {}): Destination & Disposable {
  const { host, port, user, password } = server;
  const tls = { mode: server.tls, caFile: server.certificateFile };
  const settings = { host, port, user, readPassword: () => password, tls, idleTimeoutMs: 10_000 };
  const destination = createFtpDestination({ ...settings, ...changes });
  return Object.assign(destination, {
    [Symbol.dispose]: () => {
      destination.close();
    },
  });
}

async function upload(destination: Destination, path: string, text: string): Promise<number | undefined> {
  const session = await destination.connect(never());
  try {
    await session.put(path, Readable.from([Buffer.from(text)]));
    return await session.size(path);
  } finally {
    session.release();
  }
}

const logins = async (server: FtpServer) => (await server.log()).match(/OK LOGIN/g)?.length ?? 0;

for (const tls of ["none", "explicit", "implicit"] as const)
  test(`a file arrives with TLS mode ${tls}`, async () => {
    await using server = await startVsftpd({ tls });
    using destination = destinationOf(server);
    assert.equal(await upload(destination, `${server.directory}/a.mp4`, "bytes"), 5);
    assert.equal(await readFile(join(server.root, "a.mp4"), "utf8"), "bytes");
  });

test("a large file arrives unchanged through TLS on a slow line", async (context) => {
  await using server = await startVsftpd({ tls: "explicit", maxBytesPerSecond: 8_000_000 });
  using destination = destinationOf(server);
  const bytes = randomBytes(12_000_000);
  const path = join(server.root, "..", "source");
  await writeFile(path, bytes);
  const source = await SourceFile.open({ path, sizeBytes: bytes.length, sha256: hash("sha256", bytes) });
  context.after(() => source.close());
  const session = await destination.connect(never());
  await session.put(
    `${server.directory}/a`,
    source.stream(() => {}),
  );
  session.release();
  assert.equal(hash("sha256", await readFile(join(server.root, "a"))), hash("sha256", bytes));
});

for (const mode of ["explicit", "implicit"] as const)
  test(`a certificate is known by its fingerprint (${mode})`, async () => {
    await using server = await startVsftpd({ tls: mode });
    using destination = destinationOf(server, { tls: { mode, fingerprint: server.fingerprint } });
    for (const name of ["a", "b"]) assert.equal(await upload(destination, `${server.directory}/${name}`, "bytes"), 5);
  });

for (const mode of ["explicit", "implicit"] as const)
  test(`an unknown certificate is refused, with its facts, before the password is sent (${mode})`, async () => {
    await using server = await startVsftpd({ tls: mode });
    using destination = destinationOf(server, { tls: { mode } });
    await assert.rejects(destination.connect(never()), (error: Error) => {
      assert.match(error.message, /self-signed/);
      assert.match(error.message, /subject localhost/);
      assert.ok(error.message.includes(server.fingerprint));
      return true;
    });
    assert.doesNotMatch(await server.log(), /command: .*"(USER|PASS)/);
  });

test("a certificate with another fingerprint is refused, though its authority is trusted", async () => {
  await using server = await startVsftpd({ tls: "explicit" });
  const fingerprint = Array.from({ length: 32 }, () => "AA").join(":");
  using destination = destinationOf(server, { tls: { mode: "explicit", caFile: server.certificateFile, fingerprint } });
  await assert.rejects(destination.connect(never()), { kind: "tls", stage: "connect" });
});

test("a server that does not offer TLS is not spoken to without it", async () => {
  await using server = await startVsftpd();
  using destination = destinationOf(server, { tls: { mode: "explicit", caFile: server.certificateFile } });
  await assert.rejects(destination.connect(never()), { kind: "tls", stage: "connect" });
  assert.doesNotMatch(await server.log(), /command: .*"(USER|PASS)/);
});

test("many files need one login", async () => {
  await using server = await startVsftpd();
  using destination = destinationOf(server);
  for (let file = 0; file < 20; file += 1) await upload(destination, `${server.directory}/${file}`, "x");
  assert.equal(await logins(server), 1);
});

test("a kept session that the server has ended meanwhile is replaced", async () => {
  await using server = await startVsftpd();
  using destination = destinationOf(server);
  await upload(destination, `${server.directory}/a`, "x");
  await server.goAway();
  await server.comeBack();
  assert.equal(await upload(destination, `${server.directory}/b`, "xy"), 2);
});

test("folders are made, the ones that are there are kept, and a relative one begins where the login ends up", async () => {
  await using server = await startVsftpd();
  using destination = destinationOf(server);
  const session = await destination.connect(never());
  for (const folder of ["a/b c", "a/d", "a"]) await session.ensureFolder(`${server.directory}/${folder}`);
  const relative = server.directory.slice(1);
  await session.ensureFolder(`${relative}/e`);
  await session.put(`${relative}/e/f`, Readable.from([Buffer.from("x")]));
  assert.equal(await readFile(join(server.root, "e", "f"), "utf8"), "x");
  session.release();
});

test("what is absent has no size, and to remove it is no failure", async () => {
  await using server = await startVsftpd();
  using destination = destinationOf(server);
  const session = await destination.connect(never());
  assert.equal(await session.size(`${server.directory}/absent`), undefined);
  await session.remove(`${server.directory}/absent`);
  session.release();
});

test("a PASV answer that names another host is not followed there", async (context) => {
  await using server = await startVsftpd();
  // Would be connected to, if it were followed.
  let followed = 0;
  const elsewhere = createServer(() => (followed += 1)).listen(0, "127.0.0.2");
  context.after(() => elsewhere.close());
  await using tampered = await startTampering(server, {
    onCommand: (command) => (command === "EPSV" ? "500 Unknown command." : undefined),
    onReply: ({ reply }) => ({ reply: reply.replace(/^(227 .*\()127,0,0,1/, "$1127,0,0,2") }),
  });
  using destination = destinationOf(server, { port: tampered.port });
  assert.equal(await upload(destination, `${server.directory}/a`, "bytes"), 5);
  assert.ok(tampered.commands.includes("PASV"));
  assert.equal(followed, 0);
});

test("a connection on which nothing moves is given up after the idle time", async () => {
  await using server = await startVsftpd();
  await using tampered = await startTampering(server, {
    onReply: ({ command }) => (command.startsWith("STOR") ? "hold" : "pass"),
  });
  using destination = destinationOf(server, { port: tampered.port, idleTimeoutMs: 300 });
  await assert.rejects(upload(destination, `${server.directory}/a`, "x"), { kind: "stalled", stage: "work" });
});

test("a signal ends a transfer, and the session is not kept", async () => {
  await using server = await startVsftpd({ maxBytesPerSecond: 10_000 });
  using destination = destinationOf(server);
  const controller = new AbortController();
  const session = await destination.connect(controller.signal);
  const putting = session.put(`${server.directory}/a`, Readable.from([Buffer.alloc(1_000_000)]));
  controller.abort("canceled");
  await assert.rejects(putting, (reason) => reason === "canceled");
  session.release();
  assert.equal(await upload(destination, `${server.directory}/b`, "x"), 1);
  assert.equal(await logins(server), 2);
});

test("a wrong password, no right to write, a server that is away: each is told apart", async () => {
  await using server = await startVsftpd();
  using destination = destinationOf(server, { readPassword: () => "wrong" });
  await assert.rejects(destination.connect(never()), { kind: "login", stage: "connect" });
  using right = destinationOf(server);
  await server.setWritable(false);
  const path = `${server.directory}/new`;
  const session = await right.connect(never());
  await assert.rejects(session.ensureFolder(path), { kind: "permission", stage: "work" });
  await assert.rejects(session.put(`${path}.mp4`, Readable.from([Buffer.from("x")])), { kind: "permission" });
  session.release();
  await server.goAway();
  await assert.rejects(right.connect(never()), { kind: "connection", stage: "connect" });
});
