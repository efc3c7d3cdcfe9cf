import { engineVariable } from "./engines.ts";
import { runFile, runQueue } from "./run-queue.ts";
import { TestQueue } from "./test-queue.ts";

/** Runs files of tests on PostgreSQL: one of those that need a process of their own, or those that may share one. */

process.env[engineVariable] = "postgres";
const mark = "postgres:";
const alone = new TestQueue(process.env["TEST_QUEUE_POSTGRES_ALONE"] ?? "").take();
if (alone === undefined) await runQueue(new TestQueue(process.env["TEST_QUEUE_POSTGRES"] ?? ""), mark);
else await runFile(alone, mark);
