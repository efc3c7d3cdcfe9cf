import { execa } from "execa";

/** What the installed yt-dlp is and understands. */
export type Capabilities = {
  version: string;
  /** Every long option of its help ("--no-plugin-dirs"). */
  options: ReadonlySet<string>;
};

const probeTimeoutMs = 30_000;

/** yt-dlp cannot be run; the message says what was tried and what to do. */
export class YtdlpUnavailableError extends Error {
  readonly code = "ytdlp";
}

/**
 * Asks once; the answer holds for as long as the program stays the same.
 *
 * @throws YtdlpUnavailableError
 */
export async function readCapabilities(command: readonly [string, ...string[]]): Promise<Capabilities> {
  const [version, help] = await Promise.all([ask(command, "--version"), ask(command, "--help")]);
  return {
    version: version.trim(),
    options: new Set(help.match(/--[a-z][a-z0-9-]+/g) ?? []),
  };
}

async function ask(command: readonly [string, ...string[]], option: string): Promise<string> {
  const [program, ...rest] = command;
  const result = await execa(program, [...rest, "--ignore-config", option], {
    reject: false,
    timeout: probeTimeoutMs,
    stdin: "ignore",
  });
  if (result.exitCode === 0) return result.stdout;
  const reason = result.exitCode === undefined ? result.shortMessage : result.stderr.trim();
  throw new YtdlpUnavailableError(
    `yt-dlp cannot be run as "${command.join(" ")}": ${reason}. Install it, or name it in worker.ytdlp.command.`,
  );
}

/** Asks when it is first needed. A failure is not remembered: the program may be installed meanwhile. */
export function rememberCapabilities(command: readonly string[]): () => Promise<Capabilities> {
  const [program = "yt-dlp", ...rest] = command;
  let known: Promise<Capabilities> | undefined;
  return () =>
    (known ??= readCapabilities([program, ...rest]).catch((error: unknown) => {
      known = undefined;
      throw error;
    }));
}
