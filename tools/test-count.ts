import type { TestEvent } from "node:test/reporters";

/** A reporter for node:test that says one line, for programs that read no more: how many passed, and how many did not. */
export async function* testCount(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    // Each file has a summary of its own; the one of the whole run names no file.
    if (type !== "test:summary" || data.file !== undefined) continue;
    const { passed, tests, skipped, todo } = data.counts;
    yield `${passed} passed, ${tests - passed - skipped - todo} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`;
  }
}
