import type { Presence } from "@dwld/queue";
import type { WorkerContext } from "./worker-context.ts";
import { YtdlpUnavailableError } from "./ytdlp/capabilities.ts";

const intervalMs = 60_000;

/**
 * Looks, at the start and then each minute, at what the operator may change while the worker runs: cookies that were
 * renewed, another yt-dlp. Returns what ends it, and waits for the last look.
 */
export function watchSurroundings(
  context: Pick<WorkerContext, "capabilities" | "cookies" | "stages" | "configuration">,
  presence: Pick<Presence, "setYtdlpVersion">,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const look = async (): Promise<void> => {
    await context.cookies.review();
    const [site = ""] = Object.keys(context.configuration.sites);
    await context.stages(site);
    presence.setYtdlpVersion(await installedVersion(context));
  };
  let looking = look().catch(onError);
  const timer = setInterval(() => {
    looking = looking.then(look).catch(onError);
  }, intervalMs);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

/** Empty where none works: readiness and the log say why. */
async function installedVersion({ capabilities }: Pick<WorkerContext, "capabilities">): Promise<string> {
  try {
    return (await capabilities()).version;
  } catch (error) {
    if (error instanceof YtdlpUnavailableError) return "";
    throw error;
  }
}
