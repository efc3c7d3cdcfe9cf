import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { hashFile } from "./hash-file.ts";

test("hash: a file has the hash of its bytes, whatever its size, unless the reader is stopped", async (cleanup) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-hash-"));
  cleanup.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "file");
  for (const sizeBytes of [0, 1024 * 1024, 2_500_001]) {
    const bytes = randomBytes(sizeBytes);
    await writeFile(path, bytes);
    assert.equal(await hashFile(path, AbortSignal.timeout(60_000)), createHash("sha256").update(bytes).digest("hex"));
  }
  await assert.rejects(hashFile(path, AbortSignal.abort()), { name: "AbortError" });
});
