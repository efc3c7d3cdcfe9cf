import { engineVariable } from "./engines.ts";
import { runFile } from "./run-queue.ts";
import { TestQueue } from "./test-queue.ts";

/** Runs a file of tests that needs a process of its own on PostgreSQL. */

process.env[engineVariable] = "postgres";
const file = new TestQueue(process.env["TEST_QUEUE_POSTGRES_ALONE"] ?? "").take();
if (file !== undefined) await runFile(file, "postgres:");
