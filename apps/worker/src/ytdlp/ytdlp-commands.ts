import { hourMs, minuteMs } from "@dwld/timing";
import {
  type AskedCapabilities,
  askFreely,
  type Capabilities,
  readCapabilities,
  readVersion,
  type YtdlpCommand,
  YtdlpUnavailableError,
} from "./capabilities.ts";
import type { RememberedCapabilities } from "./remembered-capabilities.ts";
import { commandStamp } from "../process/program-file.ts";

/**
 * Returns what the yt-dlp of this name can do; without a name, the first that works.
 *
 * @throws YtdlpUnavailableError
 */
export type ChooseYtdlp = (name?: string) => Promise<Capabilities>;

/** The configured yt-dlps. */
export type YtdlpCommands = {
  choose: ChooseYtdlp;
  /** Asks each of them; returns the answers in the configured order. */
  all(): Promise<{ name: string; capabilities?: Capabilities; error?: YtdlpUnavailableError }[]>;
};

/** Age at which a version is asked for again although the file did not change: it may be a script that starts another. */
const trustMs = hourMs;
/** Time until a yt-dlp that did not work is asked again, unless its file changes. */
const failureMs = minuteMs;

export type CommandsByName = Readonly<Record<string, readonly string[]>>;

type Known = {
  readonly stamp: string;
  readonly askedAtMs: number;
  readonly answer: AskedCapabilities | { error: YtdlpUnavailableError };
};

type CommandOptions = {
  /** The environment of the programs that the worker starts. */
  readonly environment: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** Called once for each command that cannot be run, and again after its file changed. */
  readonly onUnusable: (name: string, error: YtdlpUnavailableError) => void;
  /** Receives unexpected errors of background work. */
  readonly onError: (error: unknown) => void;
  /** Answers of before this process began. Default: none are kept. */
  readonly remembered?: RememberedCapabilities;
};

/**
 * Asks each yt-dlp when it is first needed and when its file changes; once an hour it asks for the version alone. An
 * answer of the last hour that is remembered from before counts as the first.
 *
 * @param commands worker.ytdlp.commands, or a function that returns them as of now.
 */
export function createYtdlpCommands(
  commands: CommandsByName | (() => CommandsByName),
  options: CommandOptions,
): YtdlpCommands {
  const known = new Map<string, ReturnType<typeof createAsker>>();
  const askerOf = (name: string, [program = "", ...rest]: readonly string[]) => {
    const key = JSON.stringify([name, program, ...rest]);
    const asker = known.get(key) ?? createAsker({ name, command: [program, ...rest] }, options);
    known.set(key, asker);
    return asker;
  };
  const askersNow = () =>
    Object.entries(typeof commands === "function" ? commands() : commands).map(([name, command]) => ({
      name,
      ask: askerOf(name, command),
    }));
  return {
    choose: async (name) => {
      const errors: YtdlpUnavailableError[] = [];
      for (const { name: candidate, ask } of askersNow()) {
        if (name !== undefined && candidate !== name) continue;
        const answer = await ask();
        if ("capabilities" in answer) return answer.capabilities;
        errors.push(answer.error);
      }
      const [only, ...others] = errors;
      if (only !== undefined && others.length === 0) throw only;
      throw new YtdlpUnavailableError(
        only === undefined
          ? `There is no yt-dlp "${name ?? ""}" here: it is neither in worker.ytdlp.commands nor a version that was fetched.`
          : errors.map(({ message }) => message).join(" "),
      );
    },
    all: async () => await Promise.all(askersNow().map(async ({ name, ask }) => ({ name, ...(await ask()) }))),
  };
}

function createAsker(
  ytdlp: YtdlpCommand,
  { environment, now, onUnusable, onError, remembered }: CommandOptions,
): () => Promise<Known["answer"]> {
  const ask = askFreely(ytdlp, environment);
  let known: Known | undefined;
  let asking: Promise<Known> | undefined;

  /** Asks for the version alone if no more can have changed. */
  const askAgain = async (stamp: string): Promise<AskedCapabilities> => {
    if (known !== undefined && known.stamp === stamp && "capabilities" in known.answer) {
      const version = await readVersion(ask);
      if (version === known.answer.capabilities.version) return known.answer;
    }
    return await readCapabilities(ytdlp, ask);
  };
  const detect = async (stamp: string): Promise<Known> => {
    const askedAtMs = now();
    try {
      const earlier = known === undefined ? await remembered?.recall(ytdlp) : undefined;
      if (earlier !== undefined && Math.abs(askedAtMs - earlier.askedAtMs) < trustMs)
        return { stamp, askedAtMs: earlier.askedAtMs, answer: earlier.asked };
      const answer = await askAgain(stamp);
      await remembered?.remember(answer, askedAtMs);
      return { stamp, askedAtMs, answer };
    } catch (error) {
      if (!(error instanceof YtdlpUnavailableError)) throw error;
      if (known === undefined || known.stamp !== stamp || "capabilities" in known.answer) onUnusable(ytdlp.name, error);
      return { stamp, askedAtMs, answer: { error } };
    }
  };
  /** Concurrent callers share one answer. */
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
    // In the background: what is known has worked so far.
    if (ageMs > trustMs) refresh(stamp).catch(onError);
    return known.answer;
  };
}
