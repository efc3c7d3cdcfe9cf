import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { join } from "node:path";
import { createLogger } from "@dwld/daemon";
import { openDatabase } from "@dwld/queue";
import { MountError, mountSmallDisk } from "@dwld/testbed";
import { blameDisk } from "./end-on-full-disk.ts";
import { SpaceKeeper } from "../disk/disk-admission.ts";

async function keeperOnDisk(context: TestContext) {
  try {
    const disk = await mountSmallDisk(4);
    context.after(() => disk.unmount());
    const database = await openDatabase(join(disk.path, "dwld.sqlite"));
    context.after(() => database.close());
    const space = new SpaceKeeper({
      database,
      worker: { downloads: join(disk.path, "not/there/yet"), minFreeBytes: 0 },
      logger: createLogger({ level: "error", app: "worker" }),
      now: Date.now,
      setTrouble: () => undefined,
      wake: () => undefined,
    });
    return { disk, space };
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    context.skip(error.message);
    return undefined;
  }
}

test("what ffmpeg failed of is the disk where that is full, and a video that is gone is gone all the same", async (context) => {
  const on = await keeperOnDisk(context);
  if (on === undefined) return;
  const { disk, space } = on;
  const vague = { failureClass: "postprocess_failed", line: "ERROR: Postprocessing: Conversion failed!" } as const;
  const gone = { failureClass: "gone", line: "ERROR: Video unavailable" } as const;
  assert.deepEqual(await blameDisk(space, vague), vague);
  await disk.fill(100_000);
  assert.deepEqual(await blameDisk(space, vague), {
    failureClass: "disk_full",
    line: "ERROR: Postprocessing: Conversion failed! (the disk is full)",
  });
  assert.deepEqual(await blameDisk(space, gone), gone);
});
