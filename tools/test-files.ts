import { globSync } from "node:fs";

/** Returns the files of tests of one folder, or all, relative to the checkout. */
export function testFiles(folder = "*"): string[] {
  const patterns = [
    `{packages,apps}/${folder}/src/**/*.test.ts`,
    `{testbed,tools,bench,chaos,fuzz}/{,*/,src/**/}${folder}.test.ts`,
    `${folder}/src/**/*.test.ts`,
  ];
  return globSync(patterns, { exclude: ["**/node_modules"] });
}
