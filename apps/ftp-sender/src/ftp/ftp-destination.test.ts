import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { eventually, type FtpServer, startVsftpd } from "@dwld/testbed";
import { SourceFile } from "@dwld/delivery";
import { changingDestinationOf, destinationOf, inSession, never, realServers, upload } from "../testing/ftp-servers.ts";
import { startTampering } from "../testing/ftp-tamper.ts";

/** A login, in the log of either server. */
const asked = /(command: .*"|^\d{3} )(USER|PASS) /m;

for (const { name, start } of realServers)
  for (const mode of ["none", "explicit", "implicit"] as const)
    // These tests run one after the other, with one server: before the first login, its log must have none.
    describe(`${name}, TLS mode ${mode}`, { concurrency: 1 }, () => {
      let server: FtpServer;
      before(async () => {
        server = await start({ tls: mode });
      });
      after(() => server.stop());

      if (mode === "none")
        test("FTP destination: a server that does not offer TLS is not spoken to without it", async () => {
          using destination = destinationOf(server, { tls: { mode: "explicit", caFile: server.certificateFile } });
          await assert.rejects(destination.connect(never()), { kind: "tls", phase: "connect" });
          assert.doesNotMatch(await server.log(), asked);
        });
      else
        test(`FTP destination: an unknown certificate is refused, with its facts, before the password is sent (${mode})`, async () => {
          using destination = destinationOf(server, { tls: { mode } });
          await assert.rejects(destination.connect(never()), (error: Error) => {
            assert.match(error.message, /self-signed/);
            assert.match(error.message, /subject localhost/);
            assert.ok(error.message.includes(server.fingerprint));
            assert.match(
              String(Reflect.get(error, "advice")),
              new RegExp(`ftp.tls.fingerprint: "${server.fingerprint}"`),
            );
            return true;
          });
          assert.doesNotMatch(await server.log(), asked);
        });

      test(`FTP destination: a file arrives with TLS mode ${mode}`, async () => {
        using destination = destinationOf(server);
        assert.equal(await upload(destination, `${server.directory}/a.mp4`, "bytes"), 5);
        assert.equal(await readFile(join(server.root, "a.mp4"), "utf8"), "bytes");
      });

      test(`FTP destination: a silent control connection is kept alive (TLS mode ${mode})`, async () => {
        using destination = destinationOf(server);
        await inSession(destination, async () => {
          // proc(5): the remote port, the state (01: established), and the timer (02: keepalive) with 100ths of a second.
          const port = server.port.toString(16).toUpperCase().padStart(4, "0");
          const line = new RegExp(`^.*? \\w+:\\w+ \\w+:${port} 01 \\w+:\\w+ 02:(\\w+) `, "m");
          const timer = await eventually("the timer runs", async () =>
            line.exec(await readFile("/proc/net/tcp", "utf8")),
          );
          assert.ok(Number.parseInt(timer[1] ?? "", 16) <= 6000);
        });
      });

      if (mode !== "none")
        test(`FTP destination: a certificate is trusted by its fingerprint (${mode})`, async () => {
          using destination = destinationOf(server, { tls: { mode, fingerprint: server.fingerprint } });
          for (const file of ["a", "b"])
            assert.equal(await upload(destination, `${server.directory}/${file}`, "bytes"), 5);
        });

      if (mode === "explicit") {
        test("FTP destination: a certificate with another fingerprint is refused, though its authority is trusted", async () => {
          const fingerprint = Array.from({ length: 32 }, () => "AA").join(":");
          using destination = destinationOf(server, { tls: { mode, caFile: server.certificateFile, fingerprint } });
          await assert.rejects(destination.connect(never()), { kind: "tls", phase: "connect" });
        });

        test("FTP destination: a server that wants TLS, while none is set, is an error that names the setting", async () => {
          using destination = destinationOf(server, { tls: { mode: "none" } });
          await assert.rejects(destination.connect(never()), { kind: "tls", advice: /set ftp\.tls\.mode to explicit/ });
        });
      }
    });

for (const { name, start } of realServers)
  describe(name, { concurrency: 4 }, () => {
    test("FTP destination: a large file arrives unchanged through TLS on a slow line", async (context) => {
      await using server = await start({ tls: "explicit", maxBytesPerSecond: 8_000_000 });
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

    test("FTP destination: many files need one login", async () => {
      await using server = await start();
      using destination = destinationOf(server);
      for (let file = 0; file < 20; file += 1) await upload(destination, `${server.directory}/${file}`, "x");
      assert.equal(await server.logins(), 1);
    });

    test("FTP destination: a kept session that the server has ended is replaced", async () => {
      await using server = await start();
      using destination = destinationOf(server);
      await upload(destination, `${server.directory}/a`, "x");
      await server.goAway();
      await server.comeBack();
      assert.equal(await upload(destination, `${server.directory}/b`, "xy"), 2);
    });

    test("FTP destination: a signal ends a transfer, and the session is not kept", async () => {
      await using server = await start({ maxBytesPerSecond: 10_000 });
      using destination = destinationOf(server);
      const controller = new AbortController();
      const session = await destination.connect(controller.signal);
      const putting = session.put(`${server.directory}/a`, Readable.from([Buffer.alloc(1_000_000)]));
      controller.abort("canceled");
      await assert.rejects(putting, (reason) => reason === "canceled");
      session.release();
      assert.equal(await upload(destination, `${server.directory}/b`, "x"), 1);
      assert.equal(await server.logins(), 2);
    });

    test("FTP destination: a wrong password and a server that is away are different failures", async () => {
      await using server = await start();
      using destination = destinationOf(server, { password: "wrong" });
      await assert.rejects(destination.connect(never()), { kind: "login", phase: "connect" });
      using right = destinationOf(server);
      await server.goAway();
      await assert.rejects(right.connect(never()), { kind: "connection", phase: "connect" });
    });
  });

test("FTP destination: a PASV reply that names another host is not followed there", async (context) => {
  await using server = await startVsftpd();
  // The other host would be connected to, if the reply were followed.
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

test("FTP destination: a connection on which nothing moves is closed after the idle time-out", async () => {
  await using server = await startVsftpd();
  await using tampered = await startTampering(server, {
    onReply: ({ command }) => (command.startsWith("STOR") ? "hold" : "pass"),
  });
  using destination = destinationOf(server, { port: tampered.port, idleTimeoutMs: 300 });
  await assert.rejects(upload(destination, `${server.directory}/a`, "x"), { kind: "stalled", phase: "work" });
});

test("FTP destination: a session that begins after a change logs in by the new settings; one in work goes on", async () => {
  const server = await startVsftpd();
  const { state, destination } = changingDestinationOf(server);
  try {
    const idle = await destination.connect(never());
    const inWork = await destination.connect(never());
    idle.release();
    state.settings = { ...state.settings, password: "another" };
    await assert.rejects(destination.connect(never()), { kind: "login" });
    assert.equal(await inWork.size("/nothing.mp4"), undefined);
    inWork.release();
    await assert.rejects(destination.connect(never()), { kind: "login" }, "it was not kept");
  } finally {
    destination.close();
    await server.stop();
  }
});
