import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { logFileNames, logFolder } from "../log/log-files.ts";
import { splitLines } from "../log/split-lines.ts";

/** A place where the lines of the log are. */
export type LogSource = {
  /** Returns all lines, the oldest first. */
  readonly past: () => Promise<string[]>;
  /** Calls `onLine` with each line that is written from now on, until the signal. */
  readonly follow: (onLine: (line: string) => void, signal: AbortSignal) => Promise<void>;
};

/** This machine has neither log files nor a journal of dwld. */
class NoLogError extends Error {
  readonly code = "no_log";
}

/** Returns the files of `dwld up` if they exist, else the journal of the installed units. Throws NoLogError. */
export function findLog(data: string, env: NodeJS.ProcessEnv): LogSource {
  const folder = logFolder(data);
  return logFileNames.some((name) => existsSync(join(folder, name))) ? fileSource(folder) : journalSource(folder, env);
}

const pollMs = 200;

function fileSource(folder: string): LogSource {
  const [current, before] = logFileNames.map((name) => join(folder, name)) as [string, string];
  let readBytes = 0;
  let inode = 0;
  return {
    past: async () => {
      const older = existsSync(before) ? readFileSync(before, "utf8") : "";
      const newer = existsSync(current) ? readFileSync(current) : Buffer.alloc(0);
      readBytes = newer.length;
      inode = statSync(current, { throwIfNoEntry: false })?.ino ?? 0;
      return await Promise.resolve(`${older}${newer.toString("utf8")}`.split("\n").filter((line) => line !== ""));
    },
    follow: async (onLine, signal) => {
      const lines = splitLines(onLine);
      while (!signal.aborted) {
        // The file stays the one that was opened, since a name can mean another file a moment later.
        using file = openFile(current);
        if (file !== undefined && file.inode !== inode) {
          // The file was renamed since it was full: its last lines come first.
          using renamed = inode === 0 ? undefined : openFile(before);
          if (renamed?.inode === inode) renamed.readFrom(readBytes, lines.take);
          [inode, readBytes] = [file.inode, 0];
        }
        if (file !== undefined) readBytes += file.readFrom(readBytes, lines.take);
        await pause(pollMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

type OpenFile = Disposable & {
  readonly inode: number;
  /** Passes the bytes from `start` on to `take`, and returns their number. */
  readonly readFrom: (start: number, take: (chunk: Buffer) => void) => number;
};

/** Opens a file for reading; undefined if there is none. */
function openFile(path: string): OpenFile | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, "r");
  return {
    inode: fstatSync(file).ino,
    readFrom: (start, take) => {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - start));
      const count = readSync(file, bytes, 0, bytes.length, start);
      take(bytes.subarray(0, count));
      return count;
    },
    [Symbol.dispose]: () => {
      closeSync(file);
    },
  };
}

function journalSource(folder: string, env: NodeJS.ProcessEnv): LogSource {
  const journal = (...options: string[]) =>
    execa("journalctl", ["--quiet", "--no-pager", "--output=cat", "--unit=dwld-*", ...options], {
      env,
      extendEnv: false,
      stdin: "ignore",
      reject: false,
      buffer: false,
      // Without units it says "Failed to add filter for units".
      stderr: "ignore",
    });
  const none = () =>
    new NoLogError(
      `there is no log: neither files of dwld up in ${folder} (--data or --config names another place) nor lines of the units in the journal`,
    );
  /** Returns whether journalctl says that it shows the journal of this user alone. It says so if nothing is found, too. */
  const isHidden = async () => {
    const { stderr } = await execa("journalctl", ["--no-pager", "--lines=0"], { env, extendEnv: false, reject: false });
    return /not seeing messages from other users|insufficient permissions/i.test(stderr);
  };
  const read = async (child: ReturnType<typeof journal>, onLine: (line: string) => void): Promise<void> => {
    const lines = splitLines(onLine);
    child.stdout.on("data", (chunk: Buffer) => lines.take(chunk));
    const { code } = await child;
    lines.end();
    if (code === "ENOENT") throw none();
  };
  return {
    past: async () => {
      const found: string[] = [];
      await read(journal(), (line) => found.push(line));
      if (found.length === 0 && (await isHidden()))
        throw new NoLogError(
          `the journal of the units is not yours to read, and there are no files of dwld up in ${folder}: repeat it with sudo, or have root add you to the group systemd-journal`,
        );
      if (found.length === 0) throw none();
      return found;
    },
    follow: async (onLine, signal) => {
      const child = journal("--follow", "--lines=0");
      signal.addEventListener("abort", () => void child.kill("SIGTERM"), { once: true });
      await read(child, onLine);
    },
  };
}
