import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";

const slowestShown = 5;

/** Reports the slowest files of a run, and in its last line the numbers of passed and failed tests. */
export async function* runSummary(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files: { file: string; durationMs: number }[] = [];
  let broken = 0;
  for await (const { type, data } of events) {
    if (type === "test:complete" && isWholeFile(data))
      files.push({ file: relative(".", data.name), durationMs: data.details.duration_ms });
    // node:test does not count it.
    if (type === "test:fail" && data.details.type === "suite" && !hasFailedTests(data.details.error)) broken += 1;
    // Each file has a summary of its own; the one of the whole run names no file.
    if (type !== "test:summary" || data.file !== undefined) continue;
    yield* slowest(files);
    const { passed, tests, skipped, todo } = data.counts;
    yield `${passed} passed, ${tests - passed - skipped - todo + broken} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`;
  }
}

/** Returns whether an event is about a whole file of tests, whose name is its path. */
export function isWholeFile({ name, nesting }: { name: string; nesting: number }): boolean {
  return nesting === 0 && /^\S+\.test\.ts$/.test(name);
}

/** Returns whether a suite failed by its tests, and not by its own code. */
function hasFailedTests(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed";
}

/** Yields the slowest files; nothing for a single file, whose tests have their own durations. */
function* slowest(files: readonly { file: string; durationMs: number }[]): Generator<string> {
  if (files.length < 2) return;
  yield "slowest files:\n";
  for (const { file, durationMs } of files.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, slowestShown))
    yield `${(durationMs / 1000).toFixed(1).padStart(7)} s  ${file}\n`;
}
