import { readFileSync, statSync } from "node:fs";

/**
 * Returns the ids of the processes that have a table open. Each holds a lock on its file in WAL mode, and the kernel lists
 * all locks (proc_locks(5)), even if the file is too damaged for SQLite to say so.
 */
export function findHolders(path: string): string[] {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return [];
  const holders = readFileSync("/proc/locks", "latin1")
    .split("\n")
    .map((line) => /POSIX .*? (?<pid>\d+) (?<major>[0-9a-f]+):(?<minor>[0-9a-f]+):(?<inode>\d+) /.exec(line)?.groups)
    .filter((lock) => lock !== undefined && Number(lock["inode"]) === file.ino && isOn(lock, file.dev))
    .map((lock) => lock?.["pid"] ?? "");
  return [...new Set(holders)];
}

/** Some file systems (btrfs) show their files under a device of their own, with major number 0. */
function isOn(lock: Record<string, string | undefined>, device: number): boolean {
  const [major, minor] = [Number.parseInt(lock["major"] ?? "", 16), Number.parseInt(lock["minor"] ?? "", 16)];
  // makedev(3): twelve bits of the major number, twenty of the minor one, interleaved.
  const major32 = (device >>> 8) & 0xfff;
  const minor32 = (device & 0xff) | ((device >>> 12) & 0xfff00);
  return major32 === 0 || (major === major32 && minor === minor32);
}
