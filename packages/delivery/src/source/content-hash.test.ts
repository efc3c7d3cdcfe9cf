import assert from "node:assert/strict";
import { test } from "node:test";
import { createContentHash } from "./content-hash.ts";

// The hashes of the nine digits, the check value of checksum catalogues, and of no bytes.
for (const [algorithm, ofDigits, ofNothing] of [
  ["crc32", "cbf43926", "00000000"],
  ["md5", "25f9e794323b453885f5181f1b624d0b", "d41d8cd98f00b204e9800998ecf8427e"],
  ["sha1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
  [
    "sha256",
    "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  ],
] as const)
  test(`content hash: ${algorithm} is known after any number of bytes, and goes on`, () => {
    const hash = createContentHash(algorithm);
    assert.equal(hash.digest(), ofNothing);
    hash.update(Buffer.from("1234"));
    hash.digest();
    hash.update(Buffer.from("56789"));
    assert.equal(hash.digest(), ofDigits);
  });
