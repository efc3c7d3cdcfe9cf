import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline, Transform } from "node:stream";
import { execa } from "execa";
import { createLoadedYtdlps, type LoadedYtdlps } from "../../ytdlp/fork-server/loaded-ytdlps.ts";
import type { RunRequest } from "../../ytdlp/fork-server/fork-server.ts";
import type { ProcessExit, SpawnedProgram } from "../../process/spawn.ts";

/** How runs of yt-dlp begin: forked by a loaded one, or as a program of its own. */
export type Beginning = "loaded" | "alone";

/** One run of yt-dlp, without the parts that change from run to run. */
export type RunRecord = {
  /** The test file. */
  scenario: string;
  beginning: Beginning | undefined;
  /** The path of the link, and the options. */
  asked: string;
  exit: ProcessExit;
  stderr: string[];
  /** Finished files: names, sizes, and hashes of their contents. */
  files: string[];
};

type Options = Parameters<typeof createLoadedYtdlps>[0];

/** Starts yt-dlp as createLoadedYtdlps does, and calls `onRun` when a run has ended. */
export function createRecordedYtdlps(
  options: Options,
  beginning: Beginning | undefined,
  onRun: (run: RunRecord) => void,
): LoadedYtdlps {
  const isLoaded = beginning === "loaded";
  const how = beginning === undefined ? {} : { keepLoaded: isLoaded, loadsAtOnce: true, patienceMs: 60_000 };
  const ytdlps = createLoadedYtdlps({ ...options, ...how });
  return {
    ...ytdlps,
    start: async (ytdlp, request, signal) => {
      const program = await ytdlps.start(ytdlp, request, signal);
      return record(program, request, (run) => {
        onRun({ scenario: process.env["YTDLP_SCENARIO"] ?? basename(process.argv[1] ?? ""), beginning, ...run });
      });
    },
  };
}

/**
 * Follows the environment: YTDLP is "loaded", "alone" or, by default, as a worker decides; YTDLP_RUNS is a file that
 * gets a line for each run.
 */
export function createScenarioYtdlps(options: Options): LoadedYtdlps {
  const { YTDLP: told, YTDLP_RUNS: file } = process.env;
  const beginning = told === "loaded" || told === "alone" ? told : undefined;
  return createRecordedYtdlps(options, beginning, (run) => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(run)}\n`);
  });
}

function record(
  program: SpawnedProgram,
  request: RunRequest,
  onRun: (run: Omit<RunRecord, "scenario" | "beginning">) => void,
): SpawnedProgram {
  let said = "";
  const stderr = new Transform({
    transform: (chunk: Buffer | string, _encoding, done) => {
      said += chunk.toString();
      done(null, chunk);
    },
  });
  const complete = new Promise<void>((resolve) => {
    pipeline(program.stderr, stderr, () => {
      resolve();
    });
  });
  const exit = (async () => {
    const ended = await program.exit;
    await complete;
    const files = await filesOf(request);
    onRun({ asked: wordsOf(request), exit: ended, stderr: linesOf(said), files });
    return ended;
  })();
  return { ...program, stderr, exit };
}

/** Replaces parts that differ between equal runs: ids, folders, ports, dates. */
function lasting(text: string): string {
  return text
    .replaceAll(/dwld-[0-9a-f]{24}/g, "MARKER")
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID")
    .replaceAll(new RegExp(`${RegExp.escape(tmpdir())}/[\\w.-]+`, "g"), "/tmp/FOLDER")
    .replaceAll(/(127\.0\.0\.\d+|localhost):\d+/g, "$1:PORT")
    .replaceAll(/0x[0-9a-f]+/g, "ADDRESS")
    .replaceAll(/\d{4}-\d\d-\d\d(?: \d\d[:_]\d\d)?/g, "DATE")
    .replaceAll(/Retry-After: \d+/g, "Retry-After: N");
}

function wordsOf({ arguments: words }: RunRequest): string {
  return lasting(words.filter((word) => !/^--(?:cache-dir|plugin-dirs|print|progress-template)/.test(word)).join(" "));
}

/** Returns the lines without events, whose figures depend on the time. */
function linesOf(said: string): string[] {
  return lasting(said)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("MARKER"));
}

async function filesOf({ arguments: words }: RunRequest): Promise<string[]> {
  const home = words.find((word) => word.startsWith("--paths=home:"))?.slice("--paths=home:".length);
  if (home === undefined) return [];
  const names = await readdir(home).catch(() => []);
  return await Promise.all(
    names
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map(async (name) => {
        const path = join(home, name);
        return `${lasting(name)} ${(await stat(path)).size} ${await hashOf(path)}`;
      }),
  );
}

/** Hashes the streams of media, since containers hold random numbers and the link; of other files, the bytes. */
async function hashOf(path: string): Promise<string> {
  const options = ["-v", "error", "-i", `file:${path}`, "-map", "0", "-c", "copy", "-f", "streamhash", "-"];
  const { exitCode, stdout } = await execa("ffmpeg", options, { reject: false });
  const content = exitCode === 0 ? stdout : await readFile(path);
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
