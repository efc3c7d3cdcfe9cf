/**
 * Where the files stand that take longest, in the order of that (CPU seconds of each, children and all; the first waits
 * most of its time). Begun first, they end with the rest, and the many short ones fill the cores at the end.
 */
const longFirst = [
  "testbed/src/systemd/",
  "apps/worker/src/scenarios/",
  // Those that share a process: one after the other.
  "tools/shared-process.",
  "apps/up/",
  "apps/cli/src/machine/backup.",
  "chaos/",
  "testbed/",
  "apps/ftp-sender/src/main.",
  "apps/bot-example/",
  "apps/worker/",
  "apps/",
];

/** The order in which files of tests are begun. */
export function inRunningOrder(files: readonly string[]): string[] {
  const place = (file: string) => {
    const index = longFirst.findIndex((start) => file.startsWith(start));
    return index === -1 ? longFirst.length : index;
  };
  return files.toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
