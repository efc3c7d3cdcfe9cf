import assert from "node:assert/strict";
import { test } from "node:test";
import type { HashAlgorithm } from "@dwld/delivery";
import { readHash } from "./hash-reply.ts";

const sha256 = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
const sha1 = "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed";
const md5 = "5eb63bbbe01eeed093cb22bb8f5acdc3";
const path = "/v/Ж 😀.bin";

const table: [reply: string, algorithm: HashAlgorithm, expected: string | undefined, path?: string][] = [
  // ProFTPD 1.3.8 with mod_digest.
  [`213-Computing SHA-256 digest\n213 SHA-256 0-11 ${sha256} ${path}`, "sha256", sha256],
  [`250-Computing MD5 digest\n250 ${md5.toUpperCase()}`, "md5", md5],
  [`251-Computing MD5 digest\n251 ${path} ${md5.toUpperCase()}`, "md5", md5],
  [`250-Computing CRC32 digest\n250 D4A1185`, "crc32", "0d4a1185"],
  // The drafts, and what other servers say.
  [`213 SHA-1 0-49 ${sha1} filename.ext`, "sha1", sha1],
  [`251 "${path}" ${md5}`, "md5", md5],
  [`250 ${sha256}`, "sha256", sha256],
  [`250 XSHA256 ${sha256.toUpperCase()} done`, "sha256", sha256],
  [`250 0D4A1185`, "crc32", "0d4a1185"],
  [`250 0x0d4a1185`, "crc32", "0d4a1185"],
  [`250 XCRC D4A1185`, "crc32", "0d4a1185"],
  [`250 "${path}" 0D4A1185`, "crc32", "0d4a1185"],
  [`213 CRC32 0-11 0D4A1185 ${path}`, "crc32", "0d4a1185"],
  [`213 CRC32 0-11 D4A1185 Ж 😀.bin`, "crc32", "0d4a1185"],
  // A name that looks like a hash is none.
  [`213 SHA-256 0-11 ${sha256} ${"ab".repeat(32)}`, "sha256", sha256, `/v/${"ab".repeat(32)}`],
  [`213 CRC32 0-11 0d4a1185 abad1dea`, "crc32", "0d4a1185", "/v/abad1dea"],
  // Neither is that of another algorithm, a part of something longer, one of two, or a sentence.
  [`213 SHA-1 0-11 ${sha1} ${path}`, "sha256", undefined],
  [`250 ${sha256}00`, "sha256", undefined],
  [`250 ${sha256} ${sha1.repeat(2).slice(0, 64)}`, "sha256", undefined],
  ["250 Command okay.", "sha256", undefined],
  ["250 A feature added in 3 ms", "crc32", undefined],
  ["250", "md5", undefined],
  [`250-${sha256}\n250 Done`, "sha256", undefined],
];

for (const [reply, algorithm, expected, asked = path] of table)
  test(`hash reply: ${algorithm} in ${JSON.stringify(reply)} is ${expected ?? "not there"}`, () => {
    assert.equal(readHash(reply, algorithm, asked), expected);
  });
