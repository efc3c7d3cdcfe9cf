import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "@dwld/testbed";
import { execa } from "execa";
import { lockVersions, versionFolder } from "./version-folder.ts";

test("version folder: its lock outlives a Ctrl-C that its holder outlives, and no kill -9", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "dwld-lock-"));
  t.after(async () => await rm(data, { recursive: true }));
  const script = `import { lockVersions, versionFolder } from ${JSON.stringify(import.meta.resolve("./version-folder.ts"))};
    let interrupts = 0;
    process.on("SIGINT", () => console.log("interrupted", ++interrupts));
    const lock = await lockVersions(versionFolder(${JSON.stringify(data)}));
    console.log(lock === undefined ? "not held" : "held");
    setInterval(() => lock, 1000);`;
  // A group of its own, as a terminal makes one for each command.
  const words = ["--input-type=module", "--eval", script];
  const holder = execa(process.execPath, words, { detached: true, reject: false });
  t.after(() => holder.kill("SIGKILL"));
  const { pid } = holder;
  assert.ok(pid !== undefined);
  const lines = holder[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, "held");
  process.kill(-pid, "SIGINT");
  assert.equal((await lines.next()).value, "interrupted 1");
  assert.equal(await lockVersions(versionFolder(data)), undefined);
  process.kill(pid, "SIGKILL");
  await holder;
  const taken = await eventually("the lock is free", async () => await lockVersions(versionFolder(data)));
  await taken[Symbol.asyncDispose]();
});
