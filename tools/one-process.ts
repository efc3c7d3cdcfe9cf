import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Mocked timers and changes of the process may reach the tests of other files in the same process. */
const reachesOthers =
  /\bmock\.|process\.(?:umask|chdir|exit|on|once)\(|process\.env\[[^\]]*\] (?:\?\?)?=(?!=)|delete process\.env/;

const relativeImport = /(?:from|import) "(\.[^"]*\.ts)"/g;
const isOfTests = /\/(?:testing|fixtures?|testbed)\/|\.test\.ts$/;

/**
 * Returns whether the tests of a file may run in one process with those of other files, one file after the other: a process
 * of its own costs more CPU than most tests do. Reads the file and all that it imports of the code for tests.
 *
 * @param file an absolute path.
 * @param read returns the source of a file.
 */
export function mayShareProcess(file: string, read = (path: string): string => readFileSync(path, "utf8")): boolean {
  const seen = new Set<string>();
  const keepsToItself = (path: string): boolean => {
    if (seen.has(path)) return true;
    seen.add(path);
    const source = read(path);
    if (reachesOthers.test(source)) return false;
    const imported = Array.from(source.matchAll(relativeImport), ([, to = ""]) => resolve(dirname(path), to));
    return imported.filter((to) => isOfTests.test(to)).every(keepsToItself);
  };
  return keepsToItself(file);
}
