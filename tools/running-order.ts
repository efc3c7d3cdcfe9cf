/**
 * The files that take longest, in that order (CPU seconds with children; the first one mostly waits). They are started
 * first, and the many short ones fill the cores at the end.
 */
const longFirst = [
  "testbed/src/systemd/",
  "apps/worker/src/scenarios/",
  "apps/up/",
  "apps/cli/src/machine/backup.",
  "chaos/",
  "apps/web/src/scenarios/",
  "testbed/",
  "apps/ftp-sender/src/main.",
  "apps/bot-example/",
  "apps/worker/",
  "apps/",
];

/** Returns the order in which test files are started. */
export function inRunningOrder(files: readonly string[]): string[] {
  const place = (file: string) => {
    const index = longFirst.findIndex((start) => file.startsWith(start));
    return index === -1 ? longFirst.length : index;
  };
  return files.toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
