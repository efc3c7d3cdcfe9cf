import { createHash, randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "@dwld/text";

/** A question to a program. */
export type ProgramQuestion = {
  readonly command: readonly string[];
  /** The environment of the program. Folders of its PATH that do not exist are no part of the question. */
  readonly environment: Readonly<Record<string, string>>;
};

export type ProgramAnswer<Said> = {
  readonly said: Said;
  readonly askedAtMs: number;
};

/** Keeps what programs said of themselves, for the next start of this process. */
export type ProgramAnswers = {
  /**
   * Returns the answer if the files on which it depends are as they were; undefined if none can be trusted. Its type is the
   * one that was remembered if the code that asks is among the files.
   */
  recall<Said>(question: ProgramQuestion): Promise<ProgramAnswer<Said> | undefined>;
  /** @param files paths of files and folders; one that is absent has to stay so. */
  remember(question: ProgramQuestion, answer: ProgramAnswer<unknown>, files: readonly string[]): Promise<void>;
};

type Kept = { question: string; answer: ProgramAnswer<unknown>; stamps: Record<string, string> };

/** Bits of a mode with which others may write. */
const othersWrite = 0o022;

/**
 * A file for each question in a folder that belongs to this user alone. A file that is damaged, or that others own or may
 * write, counts as absent, and is replaced.
 *
 * @param onError receives the error if an answer cannot be kept, which costs time at the next start.
 */
export function openProgramAnswers(folder: string, onError: (error: unknown) => void): ProgramAnswers {
  const pathOf = (question: string) => join(folder, `${hashOf(question).slice(0, 16)}.json`);
  return {
    recall: async <Said>(asked: ProgramQuestion) => {
      const question = await wordsOf(asked);
      const text = (await isOwn(folder)) ? await readOwn(pathOf(question)) : undefined;
      const kept = text === undefined ? undefined : undamaged(text);
      if (kept?.question !== question) return undefined;
      const stamps = await stampsOf(Object.keys(kept.stamps));
      return JSON.stringify(stamps) === JSON.stringify(kept.stamps) ? (kept.answer as ProgramAnswer<Said>) : undefined;
    },
    remember: async (asked, answer, files) => {
      const question = await wordsOf(asked);
      const stamps = await stampsOf(files);
      const body = JSON.stringify({ question, answer, stamps } satisfies Kept);
      const temporary = join(folder, `.${randomUUID()}`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(temporary, `${hashOf(body)}\n${body}`, { mode: 0o600, flag: "wx" });
        await rename(temporary, pathOf(question));
      } catch (error) {
        await orAbsent(rm(temporary, { force: true }));
        onError(error);
      }
    },
  };
}

async function wordsOf({ command, environment }: ProgramQuestion): Promise<string> {
  const { PATH = "", ...others } = environment;
  const folders = await Promise.all(
    PATH.split(":").map(async (folder) => ((await orAbsent(stat(folder))) === undefined ? [] : [folder])),
  );
  return JSON.stringify({ command, environment: { PATH: folders.flat(), ...others } });
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Parses a file: the hash of the second line, which is JSON. */
function undamaged(text: string): Kept | undefined {
  const [hash, body = ""] = text.split("\n");
  return hash === hashOf(body) ? (JSON.parse(body) as Kept) : undefined;
}

async function isOwn(folder: string): Promise<boolean> {
  return isTrusted(await orAbsent(stat(folder)));
}

/** Reads a file that nobody else can have written. */
async function readOwn(path: string): Promise<string | undefined> {
  const file = await orAbsent(open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    return stats.isFile() && isTrusted(stats) ? await file.readFile("utf8") : undefined;
  } finally {
    await file.close();
  }
}

function isTrusted(stats: Stats | undefined): boolean {
  return stats !== undefined && stats.uid === process.geteuid?.() && (stats.mode & othersWrite) === 0;
}

/** Returns a stamp of each file or folder that changes when it does. */
async function stampsOf(paths: readonly string[]): Promise<Record<string, string>> {
  const stamps = [...new Set(paths)].map(async (path) => {
    const stats = await orAbsent(stat(path));
    return [path, stats === undefined ? "absent" : `${stats.ino}:${stats.size}:${stats.mtimeMs}`] as const;
  });
  return Object.fromEntries(await Promise.all(stamps));
}

/** Returns undefined in place of an error of the system. */
async function orAbsent<Value>(value: Promise<Value>): Promise<Value | undefined> {
  try {
    return await value;
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
