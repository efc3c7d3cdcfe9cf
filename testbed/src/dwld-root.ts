import { join, resolve } from "node:path";

const installation = process.env["TESTED_DWLD"];

/**
 * The folder whose `bin/dwld` the tests start: this checkout, or an installation of it (TESTED_DWLD), whose processes begin in
 * half of the CPU. `make test` makes one for a run of many files.
 */
export const dwldRoot = installation ?? resolve(import.meta.dirname, "../..");

export const dwldCommand = join(dwldRoot, "bin/dwld");

/** The file that Node runs for it. */
export const dwldProgram = join(dwldRoot, installation === undefined ? "apps/cli/src/main.ts" : "lib/dwld.js");
