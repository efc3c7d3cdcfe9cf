import { globSync } from "node:fs";
import { resolve } from "node:path";
import { mayShareProcess } from "./one-process.ts";

/** Loads the files of tests that share one process; itself run as a file of tests. Relative to the checkout. */
export const sharedProcess = "tools/shared-process.ts";

/** Returns the files of tests of one folder, or all, relative to the checkout. */
export function testFiles(folder = "*"): string[] {
  const patterns = [
    `{packages,apps}/${folder}/src/**/*.test.ts`,
    `{testbed,tools,bench,chaos}/{,src/**/}${folder}.test.ts`,
    `${folder}/src/**/*.test.ts`,
  ];
  return globSync(patterns, { exclude: ["**/node_modules"] });
}

/** Splits files into those that share one process, and those that each need one. */
export function byProcess(files: readonly string[]): { shared: string[]; own: string[] } {
  const { true: shared = [], false: own = [] } = Object.groupBy(files, (file) => `${mayShareProcess(resolve(file))}`);
  return { shared, own };
}
