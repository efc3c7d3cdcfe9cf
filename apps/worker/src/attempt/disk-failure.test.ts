import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { join } from "node:path";
import { createLogger } from "@dwld/daemon";
import { openDatabase } from "@dwld/queue";
import { MountError, mountSmallDisk } from "@dwld/testbed";
import { blameFullDisk } from "./disk-failure.ts";
import { DiskAdmission } from "../disk/disk-admission.ts";
import { testHost } from "@dwld/queue/testing";

async function admissionOnSmallDisk(context: TestContext) {
  try {
    const volume = await mountSmallDisk(4);
    context.after(() => volume.unmount());
    const database = await openDatabase({ path: join(volume.path, "dwld.sqlite") });
    context.after(() => database.close());
    const disk = new DiskAdmission({
      database,
      host: testHost,
      worker: { downloads: join(volume.path, "not/there/yet"), minFreeBytes: 0 },
      logger: createLogger({ level: "error", app: "worker" }),
      now: Date.now,
      setTrouble: () => undefined,
      wake: () => undefined,
    });
    return { volume, disk };
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    context.skip(error.message);
    return undefined;
  }
}

test("disk failure: a vague failure is blamed on a full disk, a video that is gone is not", async (context) => {
  const on = await admissionOnSmallDisk(context);
  if (on === undefined) return;
  const { volume, disk } = on;
  const vague = { failureClass: "postprocess_failed", line: "ERROR: Postprocessing: Conversion failed!" } as const;
  const gone = { failureClass: "gone", line: "ERROR: Video unavailable" } as const;
  assert.deepEqual(await blameFullDisk(disk, vague), vague);
  await volume.fill(100_000);
  assert.deepEqual(await blameFullDisk(disk, vague), {
    failureClass: "disk_full",
    line: "ERROR: Postprocessing: Conversion failed! (the disk is full)",
  });
  assert.deepEqual(await blameFullDisk(disk, gone), gone);
});
