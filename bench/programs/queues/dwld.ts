import { hostname } from "node:os";
import { defaultOptions } from "@dwld/options";
import { addTask, type Database, openDatabase } from "@dwld/queue";
import { claimTask, settleDownload } from "@dwld/queue/testing";
import { readSecret } from "../../world/bench-postgres.ts";
import type { Queue } from "../../world/queues.ts";
import { repeat } from "../../world/repeat.ts";

/** The task table, without an api. Links are of twenty sites, and a download ends with a file. */
export async function openDwld(location: Database["location"]): Promise<Queue> {
  const database = await openDatabase(location, { readSecret });
  const claimant = { processId: `bench ${process.pid}`, defaultSiteParallel: 1000 };
  let links = 0;
  const claimAndSettle = async () => {
    const lease = await claimTask(database, "download", claimant, Date.now());
    if (lease === undefined) throw new Error("There was nothing to claim.");
    const file = { name: "a.mp4", localPath: `/videos/${lease.token}`, sizeBytes: 2_000_000, sha256: "" };
    const outcome = { outcome: "downloaded", files: [file], media: {}, host: hostname() } as const;
    await settleDownload(database, lease, outcome, Date.now());
  };
  return {
    async add() {
      links += 1;
      const request = {
        link: `https://videos.example/${process.pid}/${links}`,
        site: `site ${links % 20}`,
        chatId: `chat ${links % 50}`,
        userName: "ann",
        folder: "",
        targetQuality: 0,
        options: defaultOptions,
      };
      await addTask(database, request, Date.now());
    },
    settle: async (count, callers) => (await repeat(claimAndSettle, callers, { count })).elapsedMs,
  };
}
