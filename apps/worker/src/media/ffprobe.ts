import { minuteMs } from "@dwld/timing";
import { execa } from "execa";
import type { Walls } from "../process/walls.ts";
import { mediaAlone } from "./containers.ts";

/** ffprobe cannot be run: a problem of this machine, not of the file. */
class FfprobeUnavailableError extends Error {
  readonly code = "ffprobe";
}

/** The conditions under which programs look into files. */
export type ProbeRun = {
  /** The environment of the programs that the worker starts: files are hostile, and secrets are none of ffprobe's. */
  readonly environment: Readonly<Record<string, string>>;
  readonly walls: Walls;
  readonly signal: AbortSignal;
};

const timeoutMs = minuteMs;

/**
 * Returns the output of ffprobe for a file; undefined if it finds no media in it.
 *
 * @throws FfprobeUnavailableError
 */
export async function ffprobe(
  args: readonly string[],
  path: string,
  { environment, walls, signal }: ProbeRun,
): Promise<string | undefined> {
  // "file:" keeps ffprobe from taking a name for a protocol.
  const [program, ...words] = walls.confine(["ffprobe", "-v", "quiet", ...args, ...mediaAlone, "-i", `file:${path}`], {
    read: [path],
    write: [],
  });
  const result = await execa(program, words, {
    env: { ...environment },
    extendEnv: false,
    reject: false,
    timeout: timeoutMs,
    cancelSignal: signal,
    stdin: "ignore",
  });
  if (result.isCanceled) throw signal.reason;
  if (!result.timedOut && hasNotRun(result))
    throw new FfprobeUnavailableError(
      `ffprobe cannot be run: ${result.stderr || result.shortMessage}. Install ffmpeg on the worker's machine.`,
    );
  return result.exitCode === 0 ? result.stdout : undefined;
}

/** ffprobe itself is quiet: it writes no error. Its walls do, and they end with another status if there is no ffprobe. */
function hasNotRun({ exitCode, stderr }: { exitCode?: number; stderr: string }): boolean {
  return exitCode === undefined || (exitCode !== 0 && stderr !== "");
}
