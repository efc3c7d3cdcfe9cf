import { resolve } from "node:path";

/**
 * The folder whose `bin/dwld` the tests start: this checkout, or an installation of it (TESTED_DWLD), whose processes begin in
 * half of the CPU. `make test` makes one for a run of many files.
 */
export const dwldRoot = resolve(process.env["TESTED_DWLD"] ?? `${import.meta.dirname}/../..`);
