import { engineVariable } from "./engines.ts";
import { importWhatIsShared, runQueue } from "./run-queue.ts";
import { TestQueue } from "./test-queue.ts";

/** Runs files of tests that may share a process, and those of them that run on PostgreSQL as well there, where all code is loaded by then. */

await importWhatIsShared();
await runQueue(new TestQueue(process.env["TEST_QUEUE"] ?? ""));
process.env[engineVariable] = "postgres";
await runQueue(new TestQueue(process.env["TEST_QUEUE_POSTGRES"] ?? ""), "postgres:");
