/** Each takes long, and most of that it waits for other programs: begun first, they end with the rest, and the many
 * short ones fill the cores meanwhile. */
const longFiles = ["testbed/src/systemd/installation.test.ts"];

/** The order in which files of tests are begun. */
export function inRunningOrder(files: readonly string[]): string[] {
  const place = (file: string) => longFiles.findIndex((start) => file.startsWith(start)) >>> 0;
  return files.toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
