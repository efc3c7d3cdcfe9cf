import { resolve } from "node:path";
import { byProcess, testFiles } from "./test-files.ts";

/** Runs all tests that may share a process, in this one. */
for (const file of byProcess(testFiles()).shared.toSorted()) await import(resolve(file));
