import { testSources } from "./test-sources.ts";

/**
 * Changes of the process may reach the tests of other files in it, and so may mocks, except those of a test (`t.mock`), which
 * end with it.
 */
const reachesOthers =
  /(?<!\.)\bmock\.(?!fn\()|process\.(?:umask|chdir|exit|on|once)\(|process\.env\[[^\]]*\] (?:\?\?)?=(?!=)|delete process\.env/;

/**
 * Returns whether the tests of a file may run in one process with those of other files, one file after the other: a process
 * of its own costs more CPU than most tests do.
 *
 * @param file an absolute path.
 * @param read returns the source of a file.
 */
export function mayShareProcess(file: string, read?: (path: string) => string): boolean {
  return !testSources(file, read).some((source) => reachesOthers.test(source));
}
