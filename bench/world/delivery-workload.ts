import { createHash, randomBytes } from "node:crypto";
import { link, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { defaultOptions } from "@dwld/options";
import { addTask, countTasks, type Database, registerProcess, openDatabase } from "@dwld/queue";
import { claimTask, settleDownload, testHost } from "@dwld/queue/testing";

export type Source = { path: string; sizeBytes: number; sha256: string };

/** Writes a file of random bytes. */
export async function makeSource(path: string, sizeBytes: number): Promise<Source> {
  const megabyte = randomBytes(Math.min(sizeBytes, 1_000_000));
  const hash = createHash("sha256");
  function* chunks() {
    for (let left = sizeBytes; left > 0; left -= megabyte.length) {
      const chunk = megabyte.subarray(0, Math.min(left, megabyte.length));
      hash.update(chunk);
      yield chunk;
    }
  }
  await writeFile(path, chunks());
  return { path, sizeBytes, sha256: hash.digest("hex") };
}

export type DeliveryWorkload = AsyncDisposable & {
  /** Makes a task of each file in one commit, and resolves with the ms until the last one is delivered. */
  msUntilDelivered(sources: readonly Source[], userName: string): Promise<number>;
};

/** Hands files to a sender by the task table, as a worker does after a download. */
export async function openDeliveryWorkload(databasePath: string): Promise<DeliveryWorkload> {
  const database = await openDatabase({ path: databasePath });
  const failed = Promise.withResolvers<never>();
  const registered = await registerProcess(
    database,
    { app: "worker", host: testHost, version: "bench", pid: process.pid },
    { onError: failed.reject },
  );
  return {
    msUntilDelivered: (sources, userName) =>
      Promise.race([deliver(database, registered, sources, userName), failed.promise]),
    async [Symbol.asyncDispose]() {
      await registered.close();
      await database.close();
    },
  };
}

async function deliver(
  database: Database,
  { processId }: { processId: string },
  sources: readonly Source[],
  userName: string,
): Promise<number> {
  const ready: (() => Promise<unknown>)[] = [];
  for (const source of sources) {
    // The sender deletes the file after the delivery.
    const localPath = `${source.path}.${userName}`;
    await link(source.path, localPath);
    const name = `${basename(source.path)}.mp4`;
    await addTask(database, { ...anybody, link: `https://videos.example/${name}`, userName }, Date.now());
    const lease = await claimTask(database, "download", { processId, defaultSiteParallel: 1000 }, Date.now());
    if (lease === undefined) throw new Error("There was nothing to claim.");
    const file = { name, localPath, sizeBytes: source.sizeBytes, sha256: source.sha256 };
    const outcome = { outcome: "downloaded", files: [file], media: {}, host: testHost.name } as const;
    ready.push(() => settleDownload(database, lease, outcome, Date.now()));
  }
  const wanted = (await countTasks(database, "all")).DONE + sources.length;
  const delivered = untilDone(database, wanted);
  const startMs = performance.now();
  // Writes of one turn of the event loop share a commit.
  await Promise.all([...ready.map((settle) => settle()), delivered]);
  return performance.now() - startMs;
}

const anybody = { site: "videos.example", chatId: "", folder: "", targetQuality: 0, options: defaultOptions };

function untilDone(database: Database, wanted: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = async () => {
    const { DONE, FAILED } = await countTasks(database, "all");
    if (FAILED > 0) reject(new Error("A delivery failed."));
    if (DONE >= wanted) resolve();
  };
  const stopListening = database.notifier.listen(["ends"], () => {
    look().catch(reject);
  });
  return promise.finally(stopListening);
}
