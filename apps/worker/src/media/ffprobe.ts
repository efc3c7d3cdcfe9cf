import { execa } from "execa";
import { mediaAlone } from "./containers.ts";

/** ffprobe cannot be run: a problem of this machine, not of the file. */
class FfprobeUnavailableError extends Error {
  readonly code = "ffprobe";
}

const timeoutMs = 60_000;

/**
 * Returns the output of ffprobe for a file; undefined if it finds no media in it.
 *
 * @throws FfprobeUnavailableError
 */
export async function ffprobe(args: readonly string[], path: string, signal: AbortSignal): Promise<string | undefined> {
  // "file:" keeps ffprobe from taking a name for a protocol.
  const result = await execa("ffprobe", ["-v", "quiet", ...args, ...mediaAlone, "-i", `file:${path}`], {
    reject: false,
    timeout: timeoutMs,
    cancelSignal: signal,
    stdin: "ignore",
  });
  if (result.isCanceled) throw signal.reason;
  if (result.exitCode === undefined && !result.timedOut)
    throw new FfprobeUnavailableError(
      `ffprobe cannot be run: ${result.shortMessage}. Install ffmpeg on the worker's machine.`,
    );
  return result.exitCode === 0 ? result.stdout : undefined;
}
