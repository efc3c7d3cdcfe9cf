import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Starting programs takes long, so such files run beside each other. */
const startsPrograms = /from "(?:node:child_process|node:worker_threads|execa|@dwld\/testbed)"/;

/** Hooks at the top level, mocked timers, and changes of the process reach the tests of other files in the same process. */
const reachesOthers =
  /^(?:before|after)(?:Each)?\(|\bmock\.|process\.(?:umask|chdir|exit|on|once)\(|process\.env\[[^\]]*\] (?:\?\?)?=|delete process\.env/m;

const relativeImport = /(?:from|import) "(\.[^"]*\.ts)"/g;
const isOfTests = /\/(?:testing|fixtures?|testbed)\/|\.test\.ts$/;

/**
 * Returns whether the tests of a file may share one process with those of other files: a process of its own costs more CPU
 * than such tests do. Reads the file and all that it imports of the code for tests.
 *
 * @param file an absolute path.
 * @param read returns the source of a file.
 */
export function mayShareProcess(file: string, read = (path: string): string => readFileSync(path, "utf8")): boolean {
  const seen = new Set<string>();
  const isPure = (path: string): boolean => {
    if (seen.has(path)) return true;
    seen.add(path);
    const source = read(path);
    if (startsPrograms.test(source) || reachesOthers.test(source)) return false;
    const imported = Array.from(source.matchAll(relativeImport), ([, to = ""]) => resolve(dirname(path), to));
    return imported.filter((to) => isOfTests.test(to)).every(isPure);
  };
  return isPure(file);
}
