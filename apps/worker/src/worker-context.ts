import type { Configuration, Logger } from "@dwld/daemon";
import type { ProgressCache } from "@dwld/progress";
import type { Database } from "@dwld/queue";
import type { CookieStore } from "./cookies/cookie-store.ts";
import type { EgressUrls } from "./egress/egress-proxy.ts";
import type { SpaceKeeper } from "./disk/disk-admission.ts";
import type { StagePlan } from "./stages/plan-attempt.ts";
import type { Capabilities } from "./ytdlp/capabilities.ts";
import type { LoadedYtdlps } from "./ytdlp/fork-server/loaded-ytdlps.ts";

/** What the steps of a download need of their process. */
export type WorkerContext = {
  configuration: Configuration;
  database: Database;
  cache: ProgressCache;
  logger: Logger;
  /** Of the yt-dlp of this name, or of the first that works. Throws YtdlpUnavailableError. */
  capabilities: (name?: string) => Promise<Capabilities>;
  ytdlps: LoadedYtdlps;
  cookies: CookieStore;
  space: SpaceKeeper;
  /** The stages of a site that this machine can run, in the configuration's order. */
  stages: (site: string) => Promise<[StagePlan, ...StagePlan[]]>;
  /** The environment that programs need to be found and to trust certificates; nothing else of ours is inherited. */
  environment: Readonly<Record<string, string>>;
  /** Where private hosts are not allowed: the proxy that leads to public ones alone. */
  egressProxy: EgressUrls | undefined;
  host: string;
  now: () => number;
  random: () => number;
};
