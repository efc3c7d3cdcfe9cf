import { type Capabilities, YtdlpUnavailableError } from "../ytdlp/capabilities.ts";
import type { ChooseYtdlp, YtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import type { VersionKeeper } from "./keeper.ts";
import { type Trial, trialsOf } from "./trials.ts";
import { installedOrigin } from "./version-states.ts";

/** A yt-dlp for an attempt. Without a trial, its results say nothing about versions. */
export type TriedYtdlp = { readonly ytdlp: Capabilities; readonly trial?: Trial };

/** Returns the yt-dlps for an attempt by the name in its stage, in the order in which they try its link. */
export type YtdlpsForAttempt = (name?: string) => Promise<[TriedYtdlp, ...TriedYtdlp[]]>;

/** Stands for the one that is used: worker.ytdlp.command, or the version that is current. */
export const defaultName = "default";

/** Returns the choice by a name of the configuration, among the versions that dwld fetched and the configured commands. */
export function chooseAmongVersions(commands: YtdlpCommands): ChooseYtdlp {
  return async (name) => await commands.choose(name === defaultName ? undefined : name);
}

/**
 * Returns the yt-dlps for an attempt: the first begins, and each further one tries the same link at once if those before were broken on it.
 * A candidate that does not run on this machine is set aside.
 */
export function tryVersions(
  { keeper, commands }: { keeper: VersionKeeper; commands: YtdlpCommands },
  { now, random }: { now: () => number; random: () => number },
): YtdlpsForAttempt {
  const choose = chooseAmongVersions(commands);
  const capabilitiesOf = async ({ version, role }: Trial): Promise<Capabilities | undefined> => {
    const row = keeper.rows.find((one) => one.version === version);
    try {
      return await commands.choose(row?.origin === installedOrigin ? defaultName : version);
    } catch (error) {
      if (!(error instanceof YtdlpUnavailableError)) throw error;
      if (role === "candidate") await keeper.refuse(version, error.message);
      return undefined;
    }
  };
  return async (name) => {
    const tried: TriedYtdlp[] = [];
    if (name === undefined || name === defaultName)
      for (const trial of trialsOf(keeper.rows, random(), now())) {
        const ytdlp = await capabilitiesOf(trial);
        if (ytdlp !== undefined) tried.push({ ytdlp, trial: { ...trial, version: ytdlp.version } });
      }
    const [first, ...others] = tried;
    return first === undefined ? [{ ytdlp: await choose(name) }] : [first, ...others];
  };
}
