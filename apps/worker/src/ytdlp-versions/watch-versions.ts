import type { YtdlpUpdateSettings } from "@dwld/daemon";
import { hourMs, minuteMs, secondMs, SingleFlight } from "@dwld/timing";
import { checkOf, isDue, type VersionKeeper } from "./keeper.ts";
import { isUpdateError, update, type UpdateParts } from "./update.ts";

/** Times of a worker's looks; tests look more often. */
export type Looks = {
  /** Time between two looks at the table, ms: a command of this machine is obeyed within it. */
  readonly tableMs: number;
  /** Time after the start before which the release server is not asked, ms: machines that start together do not ask together. */
  readonly firstMs: number;
};

/** @param random from 0 to 1. */
export function looksOf(random: number): Looks {
  return { tableMs: 30 * secondMs, firstMs: (2 + 10 * random) * minuteMs };
}

type Logger = Record<"info" | "warn", (details: object, message: string) => void>;

export type WatchParts = {
  readonly keeper: VersionKeeper;
  readonly parts: Omit<UpdateParts, "signal" | "onStep">;
  readonly settings: YtdlpUpdateSettings;
  readonly looks: Looks;
  readonly logger: Logger;
  readonly onError: (error: unknown) => void;
};

/** Follows the table, and looks for a newer version when it is time. Closing it ends a look in the middle, which leaves nothing. */
export function watchVersions(watch: WatchParts): { close: () => Promise<void> } {
  const { keeper, parts, settings, looks, onError } = watch;
  const ending = new AbortController();
  const startedAt = parts.now();
  let updating: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    if (ending.signal.aborted) return;
    await keeper.refresh();
    await keeper.removeUnneeded();
    const now = parts.now();
    if (settings.channel === "off" || updating !== undefined || Math.abs(now - startedAt) < looks.firstMs) return;
    if (!isDue(await checkOf(parts.database, parts.host), settings.everyHours * hourMs, now)) return;
    updating = lookForNewer(watch, ending.signal)
      .catch(onError)
      .finally(() => (updating = undefined));
  };
  const looking = new SingleFlight(async () => {
    await look().catch((error: unknown) => {
      if (!ending.signal.aborted) onError(error);
    });
  });
  void looking.run();
  const timer = setInterval(() => void looking.run(), looks.tableMs);
  return {
    close: async () => {
      clearInterval(timer);
      ending.abort();
      await looking.run();
      await updating;
    },
  };
}

async function lookForNewer({ keeper, parts, logger }: WatchParts, signal: AbortSignal): Promise<void> {
  try {
    const { result, version, pinned, refused } = await update({ ...parts, signal, onStep: () => undefined });
    await keeper.refresh();
    for (const one of refused)
      logger.warn(
        { version: one.version },
        `yt-dlp: ${one.version}, which a stage names, is set aside: ${one.reason}. dwld ytdlp update tries it again.`,
      );
    const waits = pinned === null ? "" : ` as soon as ${pinned} is unpinned`;
    if (result === "candidate")
      logger.info({ version }, `yt-dlp: a new version is tried on a fifth of the attempts${waits}`);
    else if (result === "current")
      logger.info({ version }, `yt-dlp: a version was fetched, and is used${waits === "" ? " from now on" : waits}`);
    else if (result === "set_aside")
      logger.info({ version }, "yt-dlp: the newest version is set aside: dwld ytdlp list says why");
  } catch (error) {
    if (signal.aborted) return;
    if (!isUpdateError(error)) throw error;
    logger.warn({}, `yt-dlp: no newer version could be had: ${error.message}. The present one stays in use.`);
  }
}
