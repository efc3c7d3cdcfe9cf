import { withTimeout } from "@dwld/timing";
import { Utils } from "memjs";
import { type CacheServer, openCacheServer, type Patience } from "./cache-server.ts";
import { decodeProgress, encodeProgress, type LiveProgress } from "./live-progress.ts";
import { parseServerAddress } from "./server-address.ts";

/** Live progress, shared by processes. It may be away at any time: then everything is absent, and nobody waits. */
export type ProgressCache = {
  /** Never rejects. What is put is forgotten after 30 s. */
  readonly put: (taskId: string, progress: LiveProgress) => Promise<void>;
  /** What is known of these tasks within about 50 ms; the others are absent. Never rejects. */
  readonly get: (taskIds: readonly string[]) => Promise<ReadonlyMap<string, LiveProgress>>;
  readonly remove: (taskId: string) => Promise<void>;
  /** "ok", or in words why not. */
  readonly state: () => string;
  /** Ends the connections, and with them every call under way. */
  readonly close: () => void;
};

const ttlSeconds = 30;
/** For a call as a whole: a probe and an answer, each with its 20 ms. */
const callTimeoutMs = 45;
const batchSize = 64;
/** memcached takes keys up to 250 bytes. An id is a UUID; one that is too long was never put. */
const maxIdBytes = 200;

/** Opens a cache of "host:port" or "unix:/path"; each task has its place in one of them. No servers: always absent. */
export function openProgressCache(servers: readonly string[], patience?: Patience): ProgressCache {
  const opened = servers.map((server) => openCacheServer(parseServerAddress(server), patience));

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
      // A copy: what arrives too late must not change what was handed out.
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

/** Hands `work` a signal that aborts when the time is over, and waits no longer for it. */
async function within(ms: number, work: (over: AbortSignal) => Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await withTimeout(work(over.signal), ms, () => undefined);
  over.abort();
}

/** So many at once, that a list of any length leaves this process time for its other work, and for the clock. */
async function inBatches<Item>(
  items: readonly Item[],
  over: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < items.length && !over.aborted; first += batchSize) {
    await Promise.all(items.slice(first, first + batchSize).map(work));
  }
}
