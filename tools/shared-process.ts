import { runQueue } from "./run-queue.ts";
import { TestQueue } from "./test-queue.ts";

/** Runs files of tests that may share a process. */

await runQueue(new TestQueue(process.env["TEST_QUEUE"] ?? ""));
