import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { Client, FTPError } from "basic-ftp";
import { execa } from "execa";
import { cut, loss } from "./ftp-script.ts";
import { type ScriptedFtpServer, startScriptedFtp } from "./scripted-ftp-server.ts";

let folder = "";
let file = "";
const content = randomBytes(3_000_000);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-scripted-test-"));
  file = join(folder, "file.bin");
  await writeFile(file, content);
});
after(() => rm(folder, { recursive: true }));

async function login({ host, port, user, password }: ScriptedFtpServer): Promise<Client & Disposable> {
  const client = new Client(10_000);
  await client.access({ host, port, user, password });
  return Object.assign(client, {
    [Symbol.dispose]: () => {
      client.close();
    },
  });
}

test("scripted FTP server: without a script, curl and basic-ftp upload, resume, list, rename and remove", async () => {
  await using server = await startScriptedFtp();
  const { port, user, password, root } = server;
  await execa("curl", [
    ...["--silent", "--show-error", "--ftp-create-dirs", "--user", `${user}:${password}`, "--upload-file", file],
    `ftp://127.0.0.1:${port}//videos/a/кино.bin`,
  ]);
  assert.deepEqual(await readFile(join(root, "a/кино.bin")), content);
  using client = await login(server);
  await client.cd("/videos/a");
  assert.equal(await client.size("кино.bin"), content.length);
  await client.rename("кино.bin", "b");
  await client.uploadFrom(Readable.from([content.subarray(0, 100)]), "c");
  await client.appendFrom(Readable.from([content.subarray(100)]), "c");
  assert.deepEqual(await readFile(join(root, "a/c")), content);
  assert.deepEqual(
    (await client.list()).map(({ name, size }) => ({ name, size })).toSorted((a, b) => a.name.localeCompare(b.name)),
    ["b", "c"].map((name) => ({ name, size: content.length })),
  );
  const sink = new PassThrough();
  const [read] = await Promise.all([buffer(sink), client.downloadTo(sink, "c", 5)]);
  assert.deepEqual(read, content.subarray(5));
  assert.match(
    (await client.send("HASH c")).message,
    new RegExp(`^213 SHA-256 0-3000000 ${hash("sha256", content)} c$`),
  );
  await client.remove("c");
  await assert.rejects(stat(join(root, "a/c")));
});

test("scripted FTP server: no path leads out of its folder, and no login succeeds without the password", async () => {
  await using server = await startScriptedFtp();
  await assert.rejects(
    login({ ...server, password: "wrong" }),
    (error) => error instanceof FTPError && error.code === 530,
  );
  using client = await login(server);
  await assert.rejects(client.size("/../../../../../../../etc/passwd"), FTPError);
  await assert.rejects(client.cd("/../../etc"), FTPError);
});

test("scripted FTP server: a fault comes at its byte, and not before", async () => {
  for (const comes of [loss, cut, "452 Full."] as const) {
    await using server = await startScriptedFtp({ upload: { atByte: 1_000_001, comes } });
    using client = await login(server);
    await client.uploadFrom(Readable.from([content.subarray(0, 1_000_000)]), "/videos/short");
    const uploading = client.uploadFrom(Readable.from([content]), "/videos/long");
    if (comes === loss) await uploading;
    else await assert.rejects(uploading);
    assert.deepEqual(await readFile(join(server.root, "long")), content.subarray(0, 1_000_001));
    assert.equal((await stat(join(server.root, "short"))).size, 1_000_000);
  }
});

test("scripted FTP server: records commands without passwords", async () => {
  await using server = await startScriptedFtp({
    onCommand: (command) => (command === "PWD" ? "257 hello" : undefined),
  });
  using client = await login(server);
  assert.equal((await client.send("PWD")).message, "257 hello");
  assert.ok(server.commands.includes("PWD"));
  assert.ok(!server.commands.join().includes(server.password));
});
