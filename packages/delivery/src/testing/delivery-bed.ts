import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultOptions } from "@dwld/options";
import {
  addTask,
  type Database,
  registerProcess,
  type FileRow,
  filesOf,
  findTask,
  type Lease,
  type OnClaim,
  type TaskRow,
} from "@dwld/queue";
import { claimTask, openTableIn, settleDownload, testHost } from "@dwld/queue/testing";

export type SourceBytes = { name: string; bytes: Buffer };

export const video = (name = "A title [id].mp4", sizeBytes = 100_000): SourceBytes => ({
  name,
  bytes: randomBytes(sizeBytes),
});

/** A task table in a folder of its own, with the files of a worker. */
export type DeliveryBed = AsyncDisposable & {
  folder: string;
  database: Database;
  /** Adds a task that waits for its delivery, with its files on this disk. */
  addReady(files: readonly SourceBytes[], facts?: { userName?: string; folder?: string }): Promise<TaskRow>;
  /** Claims a delivery. @param nowMs for a task that is due only then. */
  claim(nowMs?: number, onClaim?: OnClaim): Promise<Lease>;
  task(id: string): Promise<TaskRow>;
  files(id: string): Promise<FileRow[]>;
};

export async function makeDeliveryBed(): Promise<DeliveryBed> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-delivery-"));
  const { database, remove } = await openTableIn(folder);
  const onError = (error: unknown) => {
    throw error;
  };
  const registered = await registerProcess(
    database,
    { app: "worker", host: testHost, version: "0", pid: process.pid },
    { onError },
  );
  const claimant = { processId: registered.processId, host: testHost, defaultSiteParallel: 1000 };
  let links = 0;
  const task = async (id: string) => {
    const found = await findTask(database, id, "all");
    if (found === undefined) throw new Error(`no task ${id}`);
    return found;
  };
  return {
    folder,
    database,
    task,
    files: async (id) => await filesOf(database, [(await task(id)).seq]),
    addReady: async (files, { userName = "", folder: remote = "" } = {}) => {
      links += 1;
      const request = {
        link: `http://site.example/${links}`,
        site: "site.example",
        chatId: "",
        targetQuality: 0,
        options: defaultOptions,
      };
      const added = await addTask(database, { ...request, userName, folder: remote }, Date.now());
      const lease = await claimTask(database, "download", claimant, Date.now());
      if (lease?.task.id !== added.task.id) throw new Error("another task waits for its download");
      const home = join(folder, "downloads", ".dwld", added.task.id, "home");
      await mkdir(home, { recursive: true });
      const downloaded = [];
      for (const { name, bytes } of files) {
        const localPath = join(home, name);
        await writeFile(localPath, bytes);
        downloaded.push({ name, localPath, sizeBytes: bytes.length, sha256: sha256(bytes) });
      }
      const outcome = { outcome: "downloaded", host: testHost.name, media: {}, files: downloaded } as const;
      await settleDownload(database, lease, outcome, Date.now());
      return await task(added.task.id);
    },
    claim: async (nowMs = Date.now(), onClaim) => {
      const lease = await claimTask(database, "delivery", { ...claimant, onClaim }, nowMs);
      if (lease === undefined) throw new Error("no task waits for its delivery");
      return lease;
    },
    async [Symbol.asyncDispose]() {
      await registered.close();
      await database.close();
      await remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function sha256(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Returns every file below a folder: SHA-256 by relative path. */
export async function filesBelow(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(root.length + 1)] = sha256(await readFile(path));
  }
  return found;
}
