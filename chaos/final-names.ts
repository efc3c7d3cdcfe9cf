import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setInterval as every } from "node:timers/promises";

/** A server, by the folder of its files here. */
type Server = { root: string };

const lookEachMs = 200;

export type FinalNames = Disposable & {
  /** Returns whether a file was seen under this final name. */
  saw(path: string): boolean;
  /** Returns files whose size changed after they were seen under a final name. */
  changed(): string[];
};

/** Watches the files that have their final names on the server: each must be whole when it gets it. */
export function watchFinalNames(server: Server): FinalNames {
  const sizes = new Map<string, number>();
  const seen = new Set<string>();
  const changed = new Set<string>();
  const enough = new AbortController();
  const look = async (path: string): Promise<void> => {
    // It may be deleted or replaced meanwhile.
    const now = await stat(join(server.root, path)).catch(() => undefined);
    if (now === undefined) return;
    const file = `${path} (${now.ino})`;
    const before = sizes.get(file) ?? now.size;
    if (before !== now.size) changed.add(`${path} had ${before} bytes, and then ${now.size}`);
    sizes.set(file, now.size);
    seen.add(path);
  };
  const watch = async (): Promise<void> => {
    for await (const _ of every(lookEachMs, undefined, { signal: enough.signal }))
      for (const path of await serverFiles(server)) if (!path.endsWith(".part")) await look(path);
  };
  watch().catch((error: unknown) => {
    if (!enough.signal.aborted) changed.add(`the watch ended: ${String(error)}`);
  });
  return {
    saw: (path) => seen.has(path),
    changed: () => [...changed],
    [Symbol.dispose]: () => {
      enough.abort();
    },
  };
}

/** Returns the paths of all files on the server, below its root. */
export async function serverFiles({ root }: Server): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
