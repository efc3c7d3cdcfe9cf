import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { noteFacts } from "@dwld/queue";
import { claimTask, settleDownload, testHost } from "@dwld/queue/testing";
import { DownloadService } from "@dwld/rpc";
import type { serveApi } from "../../testing/served-api.ts";

export type ServedApi = Awaited<ReturnType<typeof serveApi>>;

/** For tests: the api's UNIX socket, on which everybody is an admin. */
export function onSocket(api: Pick<ServedApi, "listeners">) {
  return createConnectTransport({
    ...{ baseUrl: "http://localhost", httpVersion: "1.1" },
    nodeOptions: { socketPath: api.listeners.socket?.address },
  });
}

/**
 * For tests: adds a task with a thumbnail, whose files wait for their delivery, and returns its id. The files belong into
 * the folder of the api.
 */
export async function taskWith(
  api: ServedApi,
  names: readonly string[],
  sizeBytes: number,
  { chatId = "", host = testHost.name } = {},
): Promise<string> {
  const { database } = api.context;
  const link = `https://videos.example/${randomBytes(8).toString("hex")}`;
  const { task } = await createClient(DownloadService, onSocket(api)).addTask({ link, chatId });
  const lease = await claimTask(database, "download", { processId: "p", defaultSiteParallel: 99 }, Date.now());
  assert.ok(task && lease?.task.id === task.id);
  await noteFacts(database, lease, { thumbnail: Buffer.from("a JPEG") });
  const files = names.map((name) => ({ name, localPath: join(api.folder, name), sizeBytes, sha256: "ab" }));
  await settleDownload(database, lease, { outcome: "downloaded", files, media: {}, host }, Date.now());
  return task.id;
}
