import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Not of types, which load nothing. */
const relativeImport = /^(?:import|export) (?!type\b)(?:[^;"]* from )?"(\.[^"]*\.ts)"/gm;
const isOfTests = /\/(?:testing|fixtures?|testbed)\/|\.test\.ts$/;

/**
 * Returns the source of a file of tests, and those of all the code for tests that it imports.
 *
 * @param file an absolute path.
 * @param read returns the source of a file.
 */
export function testSources(file: string, read = readIfThere): string[] {
  const sources = new Map<string, string>();
  const add = (path: string): void => {
    if (sources.has(path)) return;
    const source = read(path);
    sources.set(path, source);
    const imported = Array.from(source.matchAll(relativeImport), ([, to = ""]) => resolve(dirname(path), to));
    for (const to of imported.filter((each) => isOfTests.test(each))) add(to);
  };
  add(file);
  return [...sources.values()];
}

/** Returns "" for a file that is not there: a text in a test may look like an import. */
function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
