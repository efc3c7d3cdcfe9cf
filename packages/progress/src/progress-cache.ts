import { withTimeout } from "@dwld/timing";
import { Utils } from "memjs";
import { type CacheServer, type CacheTimeouts, openCacheServer } from "./cache-server.ts";
import { decodeProgress, encodeProgress, type LiveProgress } from "./live-progress.ts";
import { parseServerAddress } from "./server-address.ts";

/** Live progress, shared by processes. While memcached is away, everything is absent and no call waits. */
export type ProgressCache = {
  /** Stores progress for 30 s. Never rejects. */
  readonly put: (taskId: string, progress: LiveProgress) => Promise<void>;
  /** Resolves to the progress found within about 50 ms; other tasks are absent. Never rejects. */
  readonly get: (taskIds: readonly string[]) => Promise<ReadonlyMap<string, LiveProgress>>;
  readonly remove: (taskId: string) => Promise<void>;
  /** Returns "ok", or why not. */
  readonly state: () => string;
  /** Closes the connections, which ends every call under way. */
  readonly close: () => void;
};

const ttlSeconds = 30;
/** Time-out of a call as a whole: 20 ms for a probe, and as much for an answer. */
const callTimeoutMs = 45;
const batchSize = 64;
/** memcached takes keys up to 250 bytes. Ids are UUIDs, so a longer one was never put. */
const maxIdBytes = 200;

/** Opens a cache on servers "host:port" or "unix:/path"; each task is in one of them. Without servers all is absent. */
export function openProgressCache(servers: readonly string[], timeouts?: CacheTimeouts): ProgressCache {
  const opened = servers.map((server) => openCacheServer(parseServerAddress(server), timeouts));

  function locate(taskId: string): { server: CacheServer; key: string } | undefined {
    if (Buffer.byteLength(taskId) > maxIdBytes) return undefined;
    const key = `dwld:progress:${taskId}`;
    const server = opened[Utils.hashCode(key) % opened.length];
    return server === undefined ? undefined : { server, key };
  }

  return {
    async put(taskId, progress) {
      const place = locate(taskId);
      if (place !== undefined)
        await within(
          callTimeoutMs,
          async () => await place.server.set(place.key, encodeProgress(progress), ttlSeconds),
        );
    },
    async get(taskIds) {
      const found = new Map<string, LiveProgress>();
      const lookUp = async (taskId: string): Promise<void> => {
        const place = locate(taskId);
        const bytes = await place?.server.get(place.key);
        const progress = bytes === undefined ? undefined : decodeProgress(bytes);
        if (progress !== undefined) found.set(taskId, progress);
      };
      if (opened.length > 0) await within(callTimeoutMs, async (over) => await inBatches(taskIds, over, lookUp));
      // A copy: late answers must not change what was returned.
      return new Map(found);
    },
    async remove(taskId) {
      const place = locate(taskId);
      if (place !== undefined) await within(callTimeoutMs, async () => await place.server.delete(place.key));
    },
    state() {
      if (opened.length === 0) return "no memcached is configured";
      const troubles = opened.map((server) => server.state()).filter((state) => state !== "ok");
      return troubles.length === 0 ? "ok" : troubles.join("; ");
    },
    close() {
      for (const server of opened) server.close();
    },
  };
}

/** Waits for `work` for at most `ms`, and then aborts its signal. */
async function within(ms: number, work: (over: AbortSignal) => Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await withTimeout(work(over.signal), ms, () => undefined);
  // Without a reason, each call would make an exception and its stack trace.
  over.abort("over");
}

/** Works through a list in batches, so that a long one leaves the event loop time for other work and for timers. */
async function inBatches<Item>(
  items: readonly Item[],
  over: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < items.length && !over.aborted; first += batchSize) {
    await Promise.all(items.slice(first, first + batchSize).map(work));
  }
}
