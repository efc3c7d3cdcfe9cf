import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, statfs } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system in memory: what is forced to disk there costs nothing. */
const memory = "/dev/shm";
const forOneServerBytes = 1024 ** 3;

/** A folder that is removed even if this process is killed. */
export interface PassingFolder {
  readonly path: string;
  /** Removes it. All that writes to it must have ended. */
  remove(): Promise<void>;
}

/**
 * Makes an empty folder for a server's data that passes with this process: in memory, what stays behind would take room until
 * the machine starts anew.
 *
 * @param parent default: memory, if `leastBytes` are free there.
 */
export async function makePassingFolder(
  prefix: string,
  { parent, leastBytes = forOneServerBytes }: { parent?: string; leastBytes?: number } = {},
): Promise<PassingFolder> {
  const path = await mkdtemp(join(parent ?? (await place(leastBytes)), prefix));
  // The server's last processes may still write to it.
  const script = 'read -r _; until rm -rf "$1" 2>/dev/null; do sleep 0.1; done';
  // A session of its own, for the signals of a terminal and of a runner that ends a group.
  const remover = spawn("sh", ["-c", script, "sh", path], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  const ended = once(remover, "exit");
  remover.unref();
  (remover.stdin as Socket).unref();
  return {
    path,
    async remove() {
      remover.ref();
      remover.stdin.end();
      await ended;
    },
  };
}

async function place(leastBytes: number): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(memory);
    return bavail * bsize > leastBytes ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}
