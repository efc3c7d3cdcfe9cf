import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createLogger, folderRules, Metrics } from "@dwld/daemon";
import { openProgressCache } from "@dwld/progress";
import { cancelTask, registerProcess } from "@dwld/queue";
import { reserveName, settleDelivery, testHost } from "@dwld/queue/testing";
import { eventually } from "@dwld/testbed";
import { createFolderDestination } from "./destination/folder/folder-destination.ts";
import { startDelivery } from "./start-delivery.ts";
import { makeDeliveryBed, video } from "./testing/index.ts";

test("delivery: what is to be removed goes at the start, as soon as the destination is reached", async () => {
  await using bed = await makeDeliveryBed();
  const { database } = bed;
  const downloads = join(bed.folder, "downloads");
  await mkdir(downloads, { recursive: true });
  const destination = createFolderDestination(downloads, testHost);
  const { id } = await bed.addReady([video("v.mp4")]);
  const lease = await bed.claim();
  const [file] = await bed.files(id);
  assert.ok(file !== undefined);
  await reserveName(database, lease, file, { name: { destination: destination.name, path: "v.mp4" }, part: "a.part" });
  await writeFile(join(downloads, "a.part"), "half of it");
  await settleDelivery(database, lease, { outcome: "interrupted" }, Date.now());
  await cancelTask(database, { id, scope: "all" }, Date.now());
  const onError = (error: unknown) => {
    throw error;
  };
  await using parts = new AsyncDisposableStack();
  const registered = await registerProcess(
    database,
    { app: "worker", host: testHost, version: "0", pid: process.pid },
    { onError },
  );
  // Tells of no change, so that only the start itself leads to a look.
  Object.defineProperty(database, "notifier", { value: { ...database.notifier, listen: () => () => {} } });
  parts.defer(() => registered.close());
  const delivery = startDelivery(
    {
      database,
      cache: openProgressCache([]),
      logger: createLogger({ level: "silent", app: "test" }),
      registered,
      metrics: new Metrics(),
      onError,
    },
    destination,
    () => ({ rules: folderRules, parallel: 1, giveUpAfterMs: 1000 }),
  );
  parts.defer(() => delivery.stop(AbortSignal.abort()));
  await eventually("the part is gone", async () => !(await readdir(downloads)).includes("a.part"));
});
