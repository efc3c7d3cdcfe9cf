import {
  type Capabilities,
  readCapabilities,
  readVersion,
  type YtdlpCommand,
  YtdlpUnavailableError,
} from "./capabilities.ts";
import { commandStamp } from "../process/program-file.ts";

/** The configured yt-dlps, of which one is used. */
export type YtdlpCommands = {
  /**
   * The named one, or the first that works.
   *
   * @throws YtdlpUnavailableError
   */
  choose(name?: string): Promise<Capabilities>;
  /** Of each, in their order. */
  all(): Promise<{ name: string; capabilities?: Capabilities; error?: YtdlpUnavailableError }[]>;
};

/** A program may be a script that starts another: now and then its version is asked for, though it did not change. */
const trustMs = 60 * 60_000;
/** One that did not work is left in peace for so long, unless its file changes. */
const failureMs = 60_000;

type Known = {
  readonly stamp: string;
  readonly askedAtMs: number;
  readonly answer: { capabilities: Capabilities } | { error: YtdlpUnavailableError };
};

type Surroundings = {
  /** Of the programs that the worker runs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** Told once of each command that cannot be run, until its file changes. */
  readonly onUnusable: (name: string, error: YtdlpUnavailableError) => void;
  /** Something went wrong in the background that nobody foresaw. */
  readonly onError: (error: unknown) => void;
};

/**
 * Asks each when it is first needed, again when its file changes, and for no more than its version once an hour.
 *
 * @param commands worker.ytdlp.commands.
 */
export function createYtdlpCommands(
  commands: Readonly<Record<string, readonly string[]>>,
  surroundings: Surroundings,
): YtdlpCommands {
  const askers = Object.entries(commands).map(([name, [program = "", ...rest]]) => ({
    name,
    ask: createAsker({ name, command: [program, ...rest] }, surroundings),
  }));
  return {
    choose: async (name) => {
      const errors: YtdlpUnavailableError[] = [];
      for (const { name: candidate, ask } of askers) {
        if (name !== undefined && candidate !== name) continue;
        const answer = await ask();
        if ("capabilities" in answer) return answer.capabilities;
        errors.push(answer.error);
      }
      const [only, ...others] = errors;
      if (only !== undefined && others.length === 0) throw only;
      throw new YtdlpUnavailableError(
        only === undefined
          ? `There is no yt-dlp "${name ?? ""}" in worker.ytdlp.commands.`
          : errors.map(({ message }) => message).join(" "),
      );
    },
    all: async () => await Promise.all(askers.map(async ({ name, ask }) => ({ name, ...(await ask()) }))),
  };
}

function createAsker(
  ytdlp: YtdlpCommand,
  { environment, now, onUnusable, onError }: Surroundings,
): () => Promise<Known["answer"]> {
  let known: Known | undefined;
  let asking: Promise<Known> | undefined;

  const detect = async (stamp: string): Promise<Known> => {
    const askedAtMs = now();
    try {
      if (known !== undefined && known.stamp === stamp && "capabilities" in known.answer) {
        const version = await readVersion(ytdlp, environment);
        if (version === known.answer.capabilities.version) return { ...known, askedAtMs };
      }
      return { stamp, askedAtMs, answer: { capabilities: await readCapabilities(ytdlp, environment) } };
    } catch (error) {
      if (!(error instanceof YtdlpUnavailableError)) throw error;
      if (known === undefined || known.stamp !== stamp || "capabilities" in known.answer) onUnusable(ytdlp.name, error);
      return { stamp, askedAtMs, answer: { error } };
    }
  };
  /** Those who ask meanwhile wait for the same answer. */
  const refresh = (stamp: string): Promise<Known> => {
    asking ??= detect(stamp)
      .then((found) => (known = found))
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };

  return async () => {
    const stamp = await commandStamp(ytdlp.command, environment["PATH"]);
    if (known === undefined || known.stamp !== stamp) return (await refresh(stamp)).answer;
    const ageMs = Math.abs(now() - known.askedAtMs);
    if ("error" in known.answer) return ageMs < failureMs ? known.answer : (await refresh(stamp)).answer;
    // Nobody waits for it: what is known has worked so far.
    if (ageMs > trustMs) refresh(stamp).catch(onError);
    return known.answer;
  };
}
