import type { RegisteredProcess } from "@dwld/queue";
import { minuteMs } from "@dwld/timing";
import type { CookieStore } from "./cookies/cookie-store.ts";
import type { StageFinder } from "./stages/find-stages.ts";
import { YtdlpUnavailableError } from "./ytdlp/capabilities.ts";
import type { ChooseYtdlp } from "./ytdlp/ytdlp-commands.ts";

const intervalMs = minuteMs;

export type Refreshed = {
  capabilities: ChooseYtdlp;
  cookies: Pick<CookieStore, "review">;
  findStages: StageFinder;
  /** Returns the names of the configured sites. */
  sites: () => readonly string[];
};

/**
 * Looks, at the start, every minute and on request, at what the operator may change while the worker runs: cookies and
 * yt-dlp. Closing it waits for the last look.
 */
export function refreshEnvironment(
  { capabilities, cookies, findStages, sites }: Refreshed,
  registered: Pick<RegisteredProcess, "setTrouble" | "setYtdlpVersion">,
  onError: (error: unknown) => void,
): { look: () => void; close: () => Promise<void> } {
  const refresh = async (): Promise<void> => {
    await cookies.review();
    // Logs the stages that are left out now.
    await findStages(sites()[0] ?? "");
    const { version, trouble } = await installedVersion(capabilities);
    registered.setYtdlpVersion(version);
    registered.setTrouble("yt-dlp", trouble);
  };
  let refreshing = refresh().catch(onError);
  const look = () => {
    refreshing = refreshing.then(refresh).catch(onError);
  };
  const timer = setInterval(look, intervalMs);
  return {
    look,
    close: async () => {
      clearInterval(timer);
      await refreshing;
    },
  };
}

/** Returns the version of the first yt-dlp that works; an empty one if none does. */
async function installedVersion(capabilities: ChooseYtdlp): Promise<{ version: string; trouble: string }> {
  try {
    return { version: (await capabilities()).version, trouble: "" };
  } catch (error) {
    if (error instanceof YtdlpUnavailableError) return { version: "", trouble: error.message };
    throw error;
  }
}
