import { join } from "node:path";
import type { Configuration } from "@dwld/daemon";
import { layout } from "@dwld/layout";
import type { Database } from "@dwld/queue";
import type { UpdateParts } from "./update.ts";
import { releaseSource } from "../releases/release-source.ts";
import { versionFolder } from "../releases/version-folder.ts";
import { isVersionNumber } from "../releases/version-number.ts";
import type { YtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import { openSelfTestRoom } from "../releases/self-test-room.ts";

type Surroundings = {
  /** Returns the configuration as of now. */
  readonly configuration: () => Configuration;
  readonly database: Database;
  readonly host: string;
  /** The environment of the programs that the worker starts. */
  readonly environment: Readonly<Record<string, string>>;
  /** The yt-dlps as they are configured. */
  readonly configured: Pick<YtdlpCommands, "choose">;
  readonly now: () => number;
};

/** Gathers what an update needs, by the configuration. */
export function updateParts(surroundings: Surroundings): Omit<UpdateParts, "signal" | "onStep"> {
  const { configuration, database, host, environment, configured, now } = surroundings;
  const { data, worker } = configuration();
  const { update } = worker.ytdlp;
  return {
    ...{ database, host, now },
    folder: versionFolder(data),
    // With updates off, a version that is named by hand is one of the stable ones.
    source: releaseSource(update.channel === "nightly" ? "nightly" : "stable", update.mirror),
    keyFile: update.keyFile ?? join(layout.ytdlpReleases, "yt-dlp-release-key.asc"),
    openRoom: async (proxy, signal) => await openSelfTestRoom(configuration().worker, environment, { proxy, signal }),
    installed: configured.choose,
    namedByStages: () => namedByStages(configuration()),
  };
}

/** Returns the versions that stages name, and that are no commands of the configuration. */
export function namedByStages({ stages, worker }: Pick<Configuration, "stages" | "worker">): ReadonlySet<string> {
  const named = Object.values(stages).flatMap(({ ytdlp }) => ytdlp ?? []);
  return new Set(named.filter((name) => isVersionNumber(name) && worker.ytdlp.commands[name] === undefined));
}
