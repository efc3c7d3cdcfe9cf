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
  presence: Pick<Presence, "setTrouble" | "setYtdlpVersion">,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const look = async (): Promise<void> => {
    await context.cookies.review();
    const [site = ""] = Object.keys(context.configuration.sites);
    await context.stages(site);
    const { version, trouble } = await installedVersion(context);
    presence.setYtdlpVersion(version);
    presence.setTrouble("yt-dlp", trouble);
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

/** Without a version where none works. */
async function installedVersion({ capabilities }: Pick<WorkerContext, "capabilities">) {
  try {
    return { version: (await capabilities()).version, trouble: "" };
  } catch (error) {
    if (error instanceof YtdlpUnavailableError) return { version: "", trouble: error.message };
    throw error;
  }
}
