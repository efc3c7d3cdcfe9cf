import { gauge } from "./family.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Tells by `dwld_database_up` whether the task table can be used. Returns a function to be called with it when it was opened; until
 * then it cannot.
 */
export function databaseUp(metrics: Metrics): (database: { readonly trouble: unknown }) => void {
  let opened: { readonly trouble: unknown } | undefined;
  metrics.add(() => {
    const isUp = opened !== undefined && opened.trouble === undefined;
    return [gauge("dwld_database_up", "Whether this process can use the task table.", isUp ? 1 : 0)];
  });
  return (database) => {
    opened = database;
  };
}

/** Tells by `dwld_cache_up` whether every memcached answers; nothing if none is configured. */
export function cacheUp(metrics: Metrics, cache: { readonly state: () => string }, servers: readonly string[]): void {
  if (servers.length === 0) return;
  metrics.add(() => [
    gauge(
      "dwld_cache_up",
      "Whether every memcached answers; without one, progress is older.",
      cache.state() === "ok" ? 1 : 0,
    ),
  ]);
}
