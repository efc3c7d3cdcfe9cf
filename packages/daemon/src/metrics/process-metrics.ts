import { readdirSync } from "node:fs";
import { getHeapStatistics } from "node:v8";
import { gauge, count, type Family } from "./family.ts";
import type { Metrics } from "./metrics.ts";

/** Counts one process's own use of the machine, by the names that Prometheus' client libraries give it. */
export function addProcessMetrics(metrics: Metrics, { app, version }: { app: string; version: string }): void {
  metrics.add(() => [
    gauge("dwld_build_info", "1, with the version of dwld and of Node.", [
      [{ app, version, node_version: process.version.slice(1) }, 1],
    ]),
    ...processFamilies(),
  ]);
  watchEventLoop(metrics);
}

function processFamilies(): Family[] {
  const { user, system } = process.cpuUsage();
  const { used_heap_size: usedBytes, total_heap_size: totalBytes } = getHeapStatistics();
  return [
    count("process_cpu_seconds_total", "CPU time of the process, without its children.", [[{}, (user + system) / 1e6]]),
    gauge("process_resident_memory_bytes", "Resident memory of the process.", process.memoryUsage.rss()),
    gauge("process_start_time_seconds", "When the process started.", performance.timeOrigin / 1000),
    gauge("process_open_fds", "Open file descriptors of the process.", openDescriptors()),
    gauge("nodejs_heap_size_used_bytes", "Memory of JavaScript objects.", usedBytes),
    gauge("nodejs_heap_size_total_bytes", "Memory that V8 has for JavaScript objects.", totalBytes),
  ];
}

/** Returns undefined where /proc is hidden from a process. */
function openDescriptors(): number | undefined {
  try {
    // One of the descriptors reads the folder.
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return undefined;
  }
}

const intervalMs = 1000;
/** Timers after a scrape: for five minutes, within which a Prometheus asks again. */
const timersPerScrape = 300;
const delayBounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/**
 * Measures how late a timer comes, once a second while somebody scrapes: it wakes an idle process, which costs 0.2 ms a second, a
 * fifth of all that one does. Node's own histogram has a timer each 20 ms, and counts its interval as delay.
 */
function watchEventLoop(metrics: Metrics): void {
  const delays = metrics.histogram(
    "dwld_event_loop_delay_seconds",
    "How late a timer came, asked once a second while somebody scrapes: how long others waited for this process.",
    { bounds: delayBounds },
  );
  let timersLeft = 0;
  const wait = (): void => {
    const dueMs = performance.now() + intervalMs;
    setTimeout(() => {
      delays.observe({}, (performance.now() - dueMs) / 1000);
      timersLeft -= 1;
      if (timersLeft > 0) wait();
    }, intervalMs).unref();
  };
  metrics.add(() => {
    if (timersLeft === 0) wait();
    timersLeft = timersPerScrape;
    return [];
  });
}
