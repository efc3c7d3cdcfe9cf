import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { after, before, test } from "node:test";
import { createContentHash } from "./content-hash.ts";
import { removeSource, SourceFile } from "./source-file.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-source-"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function makeFile(name: string, sizeBytes: number) {
  const bytes = randomBytes(sizeBytes);
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { bytes, path, sizeBytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

async function readAll(source: SourceFile, onRead: (bytes: number) => void = () => {}): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.stream(onRead)) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks);
}

for (const sizeBytes of [0, 1, 512 * 1024, 512 * 1024 + 1, 3_000_000])
  test(`source file: ${sizeBytes} bytes are read whole, and the hash is that of the bytes that went out`, async () => {
    const file = await makeFile(`${sizeBytes}`, sizeBytes);
    const source = await SourceFile.open(file);
    let told = 0;
    const bytes = await readAll(source, (sofar) => (told = sofar));
    assert.ok(bytes.equals(file.bytes));
    assert.equal(told, sizeBytes);
    source.verify();
    await source.close();
  });

test("source file: a slow receiver, in bursts, gets the bytes as they are on the disk", async (context) => {
  const file = await makeFile("slow", 20_000_000);
  const received = createHash("sha256");
  const done = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    let since = 0;
    socket.on("data", (chunk) => {
      received.update(chunk);
      since += chunk.length;
      if (since < 700_000) return;
      since = 0;
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
    socket.on("end", done.resolve);
  }).listen(0, "127.0.0.1");
  context.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const source = await SourceFile.open(file);
  await pipeline(
    source.stream(() => {}),
    connect(port, "127.0.0.1"),
  );
  await done.promise;
  source.verify();
  assert.equal(received.digest("hex"), file.sha256);
  await source.close();
});

test("source file: the next file takes the memory of one that was sent whole, and never of one that may still be sent", async () => {
  const file = await makeFile("memory", 600_000);
  const memoryOf = async (end: (source: SourceFile) => void) => {
    const source = await SourceFile.open(file);
    const memory: ArrayBufferLike[] = [];
    for await (const chunk of source.stream(() => {})) memory.push((chunk as Buffer).buffer);
    end(source);
    await source.close();
    return memory;
  };
  const sent = await memoryOf((source) => {
    source.verify();
  });
  const next = await memoryOf(() => {});
  const last = await memoryOf(() => {});
  assert.ok(next.every((memory) => sent.includes(memory)));
  assert.ok(!last.some((memory) => next.includes(memory)));
});

test("source file: skipped bytes count in every hash", async () => {
  const file = await makeFile("skipped", 1_500_000);
  for (const algorithm of ["sha256", "md5", "crc32"] as const)
    for (const skipped of [0, 1, 512 * 1024, 700_001, 1_500_000]) {
      const source = await SourceFile.open(file, algorithm);
      await source.skip(skipped, new AbortController().signal);
      const prefix = createContentHash(algorithm);
      prefix.update(file.bytes.subarray(0, skipped));
      assert.equal(source.digest(algorithm), prefix.digest());
      let told = 0;
      const rest = await readAll(source, (sofar) => (told = sofar));
      assert.ok(rest.equals(file.bytes.subarray(skipped)));
      assert.equal(told, skipped === 1_500_000 ? 0 : 1_500_000, "of the whole file");
      source.verify();
      prefix.update(file.bytes.subarray(skipped));
      assert.equal(source.digest(algorithm), prefix.digest());
      assert.equal(source.digest("sha1"), undefined, "nobody asked for it");
      source.rewind();
      assert.ok((await readAll(source)).equals(file.bytes));
      source.verify();
      await source.close();
    }
});

test("source file: a signal ends skipping", async () => {
  const source = await SourceFile.open(await makeFile("aborted", 10));
  await assert.rejects(source.skip(10, AbortSignal.abort(new Error("enough"))), /enough/);
  await source.close();
});

test("source file: a change, cut or extension during the transfer is found", async () => {
  for (const change of [
    (path: string) => writeFile(path, randomBytes(2_000_000)),
    (path: string) => truncate(path, 1_500_000),
  ]) {
    const file = await makeFile("changed", 2_000_000);
    const source = await SourceFile.open(file);
    let changed = false;
    const stream = source.stream(() => {});
    for await (const _ of stream) {
      if (!changed) await change(file.path);
      changed = true;
    }
    assert.throws(() => source.verify(), { code: "source", problem: "damaged" });
    await source.close();
  }
  const file = await makeFile("extended", 2_000_000);
  const source = await SourceFile.open(file);
  await appendFile(file.path, "more");
  assert.equal((await readAll(source)).length, 2_000_000);
  await source.close();
});

test("source file: an absent file and one of another size are different problems", async () => {
  const file = await makeFile("size", 10);
  await assert.rejects(SourceFile.open({ ...file, sizeBytes: 11 }), { problem: "damaged" });
  await assert.rejects(SourceFile.open({ ...file, path: join(folder, "absent") }), { problem: "missing" });
});

test("source file: removing an absent one is no failure, and a refused removal is an error", async () => {
  const file = await makeFile("remove", 1);
  await removeSource(file.path);
  await removeSource(file.path);
  await assert.rejects(removeSource(folder), { problem: "unreadable" });
});
