import assert from "node:assert/strict";
import { test } from "node:test";
import { hashHere } from "./content-hashes.ts";
import { hashApart } from "./hash-apart.ts";

/** The hashes of the nine digits, the check value of checksum catalogues, and of no bytes. */
const known = [
  ["crc32", "cbf43926", "00000000"],
  ["md5", "25f9e794323b453885f5181f1b624d0b", "d41d8cd98f00b204e9800998ecf8427e"],
  ["sha1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
  [
    "sha256",
    "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  ],
] as const;

for (const { where, make } of [
  { where: "in this thread", make: hashHere },
  { where: "in another", make: hashApart },
])
  test(`content hashes ${where}: each is known after any number of bytes, goes on, and begins anew`, async (context) => {
    const hashes = make(new Set(known.map(([algorithm]) => algorithm)));
    context.after(() => hashes.close());
    const chunk = (text: string) => {
      const memory = hashes.allocate(text.length);
      memory.write(text);
      return memory;
    };
    for (const round of [1, 2]) {
      for (const [algorithm, , ofNothing] of known) assert.equal(await hashes.digest(algorithm), ofNothing);
      const digits = chunk("1234");
      hashes.update(digits);
      await hashes.taken(2 * round - 1);
      digits.fill("x");
      await hashes.digest("sha1");
      hashes.update(chunk("56789"));
      for (const [algorithm, ofDigits] of known)
        assert.equal(await hashes.digest(algorithm), ofDigits, `round ${round}`);
      hashes.reset();
    }
  });

test("content hashes: one that nobody asked for is not there", async () => {
  assert.equal(await hashHere(new Set(["sha256"])).digest("md5"), undefined);
});

test("content hashes in another thread: if that fails, so do the hashes, and nobody waits for memory", async (context) => {
  const hashes = hashApart(new Set(["sha256"]));
  context.after(() => hashes.close());
  const before = hashes.digest("sha256");
  hashes.update({} as Buffer);
  await hashes.taken(1);
  assert.equal((await before)?.length, 64);
  await assert.rejects(hashes.digest("sha256"), /the thread that computes hashes has failed/);
});
