import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { PassThrough, Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { type FtpServer, startProftpd, startVsftpd } from "@dwld/testbed";
import { destinationOf, inSession, realServers, upload } from "../testing/ftp-servers.ts";
import { startTampering } from "../testing/ftp-tamper.ts";

const bytesOf = (path: string) => readFile(path);
const bytes = randomBytes(300_000);
const oddNames = [
  "plain.mp4",
  "with  two spaces.mp4",
  'a "quoted" one.mp4',
  "кино 🎬 日本.mp4",
  "[id] {x} *?~ 100%.mp4",
  "it's -> there;type=dir;.mp4",
  `${"ab12".repeat(16)}.mp4`,
];

for (const { name, start } of realServers)
  describe(name, { concurrency: 4 }, () => {
    /** For tests that change nothing but files of their own. */
    let shared: FtpServer;
    before(async () => {
      shared = await start();
    });
    after(() => shared.stop());

    test("FTP session: a file with an odd name is written, measured, read back, renamed and removed", async () => {
      await using server = await start();
      using destination = destinationOf(server);
      for (const odd of oddNames)
        await inSession(destination, async (session) => {
          const path = `${server.directory}/${odd}`;
          await session.put(path, Readable.from([bytes]));
          assert.equal(await session.size(path), bytes.length, odd);
          assert.deepEqual(await bytesOf(join(server.root, odd)), bytes, odd);
          const sink = new PassThrough();
          const [read] = await Promise.all([buffer(sink), session.read(path, sink)]);
          assert.deepEqual(read, bytes, odd);
          await session.rename(path, `${path}.renamed`);
          assert.equal(await session.size(path), undefined, odd);
          assert.deepEqual(await bytesOf(join(server.root, `${odd}.renamed`)), bytes, odd);
          await session.remove(`${path}.renamed`);
          assert.equal(await session.size(`${path}.renamed`), undefined, odd);
        });
      assert.equal(await server.logins(), 1);
    });

    for (const refused of [["SIZE"], ["SIZE", "MLST"], ["SIZE", "MLST", "MLSD"]])
      test(`FTP session: a size is known without ${refused.join(", ")}`, async () => {
        await using tampered = await startTampering(shared, {
          onCommand: (command) =>
            refused.some((word) => command.startsWith(word)) ? "502 Command not implemented." : undefined,
        });
        using destination = destinationOf({ ...shared, port: tampered.port });
        await mkdir(join(shared.root, "folder"), { recursive: true });
        for (const odd of oddNames) await writeFile(join(shared.root, odd), bytes);
        await writeFile(join(shared.root, ".dwld-1.part"), bytes);
        await inSession(destination, async (session) => {
          for (const odd of [...oddNames, ".dwld-1.part"])
            assert.equal(await session.size(`${shared.directory}/${odd}`), bytes.length, odd);
          for (const absent of ["absent", "folder", "absent/x"])
            assert.equal(await session.size(`${shared.directory}/${absent}`), undefined, absent);
        });
        assert.ok(tampered.commands.filter((command) => command.startsWith("SIZE")).length === 1);
      });

    test("FTP session: an interrupted file is resumed, and has all bytes", async () => {
      using destination = destinationOf(shared);
      const path = `${shared.directory}/a b.part`;
      for (const half of [1, 150_000, bytes.length]) {
        await upload(destination, path, bytes.subarray(0, half));
        await inSession(destination, async (session) => {
          assert.equal(session.resumes, true);
          await session.put(path, Readable.from([bytes.subarray(half)]), half);
          assert.equal(await session.size(path), bytes.length);
        });
        assert.deepEqual(await bytesOf(join(shared.root, "a b.part")), bytes);
      }
    });

    test("FTP session: a refused write and a refused folder are errors that leave the session usable", async () => {
      await using server = await start();
      using destination = destinationOf(server);
      await server.setWritable(false);
      const path = `${server.directory}/new`;
      await inSession(destination, async (session) => {
        await assert.rejects(session.ensureFolder(`${path}/b`), { kind: "permission", phase: "work" });
        assert.equal(await session.size(path), undefined);
        await assert.rejects(session.put(`${path}.mp4`, Readable.from([bytes])), { kind: "permission", phase: "work" });
      });
      await server.setWritable(true);
      assert.equal(await upload(destination, `${path}.mp4`, bytes), bytes.length);
    });

    test("FTP session: folders are made, existing ones are kept, and a relative one begins where the login ends up", async () => {
      using destination = destinationOf(shared);
      await inSession(destination, async (session) => {
        for (const folder of ["a/b c", "a/d", "a"]) await session.ensureFolder(`${shared.directory}/${folder}`);
        await session.ensureFolder("videos/e");
        await session.put("videos/e/f", Readable.from([Buffer.from("x")]));
      });
      assert.equal(await readFile(join(shared.root, "e", "f"), "utf8"), "x");
    });

    test("FTP session: removing an absent file is no failure", async () => {
      using destination = destinationOf(shared);
      await inSession(destination, (session) => session.remove(`${shared.directory}/absent`));
    });

    test("FTP session: more files at once than the server allows sessions arrive in those that it allows", async () => {
      await using server = await start({ maxSessions: 1 });
      using destination = destinationOf(server);
      const sizes = ["a", "b", "c"].map((file) => upload(destination, `${server.directory}/${file}`, bytes));
      assert.deepEqual(await Promise.all(sizes), [bytes.length, bytes.length, bytes.length]);
      assert.equal(await server.logins(), 1);
    });

    test("FTP session: one session more than the server allows is an error that says so", async () => {
      await using server = await start({ maxSessions: 1 });
      using first = destinationOf(server);
      using second = destinationOf(server);
      await inSession(first, async () => {
        await assert.rejects(
          inSession(second, async () => {}),
          { kind: "too_many_connections", phase: "connect" },
        );
      });
    });
  });

test("FTP session: a server without hashes has no hash algorithm", async () => {
  for (const server of [await startVsftpd(), await startProftpd({ hashes: false })]) {
    await using _ = server;
    using destination = destinationOf(server);
    await upload(destination, `${server.directory}/a`, bytes);
    await inSession(destination, async (session) => {
      assert.equal(session.hashAlgorithm, undefined);
      assert.equal(await session.hash(`${server.directory}/a`, bytes.length), undefined);
    });
  }
});

test("FTP session: the hash of a server is that of the file's bytes, whatever the name", async () => {
  await using server = await startProftpd();
  using destination = destinationOf(server);
  for (const odd of oddNames) {
    const path = `${server.directory}/${odd}`;
    await upload(destination, path, bytes);
    await inSession(destination, async (session) => {
      assert.equal(session.hashAlgorithm, "sha256");
      assert.equal(await session.hash(path, bytes.length), hash("sha256", bytes), odd);
      assert.equal(await session.hash(`${path}.absent`, bytes.length), undefined);
      assert.equal(session.hashAlgorithm, "sha256");
    });
  }
});

for (const [kept, algorithm] of [
  [/^ XSHA256$/, "sha256"],
  [/^ XSHA1$/, "sha1"],
  [/^ MD5$/, "md5"],
  [/^ XMD5$/, "md5"],
  [/^ HASH/, "sha256"],
] as const)
  test(`FTP session: a hash is asked for by the only command that is announced, ${String(kept)}`, async () => {
    await using server = await startProftpd();
    await using tampered = await startTampering(server, {
      onReply: ({ command, reply }) =>
        command === "FEAT" && /^ (HASH|MD5|X)/.test(reply) && !kept.test(reply) ? { reply: " NOTHING" } : "pass",
    });
    using destination = destinationOf({ ...server, port: tampered.port });
    for (const odd of oddNames.filter((one) => !one.includes('"'))) {
      const path = `${server.directory}/${odd}`;
      await upload(destination, path, bytes);
      await inSession(destination, async (session) => {
        assert.equal(session.hashAlgorithm, algorithm);
        assert.equal(await session.hash(path, bytes.length), hash(algorithm, bytes), odd);
      });
    }
  });

test("FTP session: a server that announces a hash and refuses it is not asked again", async () => {
  await using server = await startProftpd();
  await using tampered = await startTampering(server, {
    onCommand: (command) => (/^(HASH|XSHA256) /.test(command) ? "504 Not today." : undefined),
  });
  using destination = destinationOf({ ...server, port: tampered.port });
  const path = `${server.directory}/a`;
  await upload(destination, path, bytes);
  for (let session = 0; session < 2; session += 1)
    await inSession(destination, async (asked) => {
      assert.equal(await asked.hash(path, bytes.length), undefined);
      assert.equal(asked.hashAlgorithm, undefined);
    });
  assert.equal(tampered.commands.filter((command) => command.startsWith("HASH ")).length, 1);
});

test("FTP session: a server that does not resume is remembered, and the file can be sent from its beginning", async () => {
  await using server = await startProftpd({ restarts: false });
  using destination = destinationOf(server);
  const path = `${server.directory}/a`;
  await upload(destination, path, bytes.subarray(0, 1000));
  await inSession(destination, async (session) => {
    assert.equal(session.resumes, true);
    const going = session.put(path, Readable.from([bytes.subarray(1000)]), 1000);
    await assert.rejects(going, { kind: "cannot_resume", phase: "work" });
    assert.equal(session.resumes, false);
  });
  assert.deepEqual((await server.log()).match(/^\d+ (REST|STOR|APPE)/gm)?.slice(1), [
    "350 REST",
    "451 STOR",
    "451 APPE",
  ]);
  await inSession(destination, async (session) => {
    assert.equal(session.resumes, false);
    await assert.rejects(session.put(path, Readable.from([bytes.subarray(1000)]), 1000), { kind: "cannot_resume" });
  });
  assert.equal(await upload(destination, path, bytes), bytes.length);
  assert.deepEqual(await bytesOf(join(server.root, "a")), bytes);
});

for (const refused of ["REST", "FEAT"])
  test(`FTP session: a server without ${refused} is asked to append`, async () => {
    await using server = await startVsftpd();
    await using tampered = await startTampering(server, {
      onCommand: (command) => (command.startsWith(refused) ? "502 Command not implemented." : undefined),
    });
    using destination = destinationOf({ ...server, port: tampered.port });
    const path = `${server.directory}/a`;
    for (let file = 0; file < 2; file += 1) {
      await upload(destination, path, bytes.subarray(0, 1000));
      await inSession(destination, (session) => session.put(path, Readable.from([bytes.subarray(1000)]), 1000));
      assert.deepEqual(await bytesOf(join(server.root, "a")), bytes);
    }
    assert.equal(tampered.commands.filter((command) => command.startsWith("APPE")).length, 2);
    assert.ok(tampered.commands.filter((command) => command.startsWith("REST")).length <= 1);
  });
