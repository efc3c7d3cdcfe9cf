import assert from "node:assert/strict";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { before, after, test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { Client, FTPError } from "basic-ftp";
import { execa } from "execa";
import type { FtpServer, FtpTls } from "./ftp-server.ts";
import { startProftpd } from "./proftpd.ts";
import { startVsftpd } from "./vsftpd.ts";

const tlsModes = ["none", "explicit", "implicit"] as const satisfies FtpTls[];
const servers = [
  { name: "vsftpd", start: startVsftpd, unwritable: 553, withoutTls: 530 },
  { name: "ProFTPD", start: startProftpd, unwritable: 550, withoutTls: 550 },
] as const;

let folder = "";
let file = "";
const content = Buffer.alloc(1_000_000, "twelve bytes");

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-ftp-test-"));
  file = join(folder, "file.bin");
  await writeFile(file, content);
});
after(() => rm(folder, { recursive: true }));

async function login(server: FtpServer, password = server.password): Promise<Client> {
  const { host, port, user, tls } = server;
  const client = new Client(5_000);
  const secure = tls === "implicit" ? tls : tls === "explicit";
  const secureOptions = { ca: await readFile(server.certificateFile) };
  try {
    await client.access({ host, port, user, password, secure, secureOptions });
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}

function isFtpError(code: number) {
  return (error: unknown) => error instanceof FTPError && error.code === code;
}

for (const { name, start, unwritable, withoutTls } of servers) {
  for (const tls of tlsModes) {
    test(`${name}: curl uploads, TLS ${tls}: the file arrives as it was`, async () => {
      await using server = await start({ tls });
      const { port, user, password, directory } = server;
      const scheme = tls === "implicit" ? "ftps" : "ftp";
      await execa("curl", [
        ...["--silent", "--show-error", "--ftp-create-dirs", "--user", `${user}:${password}`, "--upload-file", file],
        ...(tls === "none" ? [] : ["--ssl-reqd", "--cacert", server.certificateFile]),
        `${scheme}://127.0.0.1:${port}/${directory}/alice/file.bin`,
      ]);
      assert.deepEqual(await readFile(join(server.root, "alice/file.bin")), content);
    });

    test(`${name}: basic-ftp uploads several, sees their size and renames, TLS ${tls}`, async () => {
      await using server = await start({ tls });
      const client = await login(server);
      await client.ensureDir(`${server.directory}/a/b`);
      for (const path of ["1", "2", "3"]) {
        await client.uploadFrom(file, path);
        assert.equal(await client.size(path), content.length);
      }
      await client.rename("1", "Ж😀.bin");
      await client.remove("2");
      client.close();
      assert.deepEqual(await readFile(join(server.root, "a/b/Ж😀.bin")), content);
      await assert.rejects(access(join(server.root, "a/b/2")));
    });

    test(`${name}: a wrong password is refused with 530, TLS ${tls}`, async () => {
      await using server = await start({ tls });
      await assert.rejects(login(server, "wrong"), isFtpError(530));
      await server.changePassword("another");
      await assert.rejects(login(server), isFtpError(530));
      (await login(server, "another")).close();
    });
  }

  test(`${name}: a server with TLS refuses a login without`, async () => {
    await using server = await start({ tls: "explicit" });
    await assert.rejects(login({ ...server, tls: "none" }), isFtpError(withoutTls));
  });

  test(`${name}: the server's sessions see none of its own files`, { skip: process.getuid?.() !== 0 }, async () => {
    await using server = await start();
    const client = await login(server);
    assert.deepEqual(
      (await client.list("/")).map((entry) => entry.name),
      ["videos"],
    );
    client.close();
  });

  test(`${name}: a folder that is not writable refuses files and folders, until it is`, async () => {
    await using server = await start();
    const client = await login(server);
    await client.cd(server.directory);
    await server.setWritable(false);
    // Without a client on the data port, its end may be noticed before the answer.
    await client.send("EPSV");
    await assert.rejects(client.send("STOR file"), isFtpError(unwritable));
    await assert.rejects(client.send("MKD folder"), isFtpError(550));
    await server.setWritable(true);
    await client.uploadFrom(file, "file");
    client.close();
  });

  test(`${name}: the server goes away in the middle of an upload, and comes back on the same port with what it has`, async () => {
    await using server = await start({ maxBytesPerSecond: 100_000 });
    const client = await login(server);
    const upload = client.uploadFrom(Readable.from([content]), `${server.directory}/file`);
    upload.catch(() => "seen below");
    await eventually("the upload has begun", () => access(join(server.root, "file")).then(() => true));
    await server.goAway();
    await assert.rejects(upload);
    await assert.rejects(login(server), { code: "ECONNREFUSED" });
    await server.comeBack();
    const next = await login(server);
    assert.ok((await next.size(`${server.directory}/file`)) < content.length);
    next.close();
  });

  test(`${name}: another server can take the port of one that has stopped`, async () => {
    const first = await start();
    await first.stop();
    await using second = await start({ port: first.port });
    (await login(second)).close();
  });

  test(`${name}: a port that is taken is said, with the server's own words`, async () => {
    await using server = await start();
    await assert.rejects(start({ port: server.port }), /could not bind|Address already in use/);
  });

  test(`${name}: the log tells commands and answers, and no password`, async () => {
    await using server = await start();
    (await login(server)).close();
    const log = await server.log();
    assert.equal(await server.logins(), 1);
    assert.ok(!(await login(server).then((client) => (client.close(), log))).includes(`PASS ${server.password}`));
  });
}
