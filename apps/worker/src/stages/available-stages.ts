import type { StageSettings } from "@dwld/daemon";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import { canImpersonate } from "../ytdlp/impersonation.ts";
import { optionNames, stageArguments } from "../ytdlp/stage-arguments.ts";

/** The means of this machine that stages need. */
export type StageFacts = {
  /** For each unusable `cookies` of a stage, the reason. */
  readonly missingCookies: ReadonlyMap<string, string>;
  /** For each `cookies` of a stage, the usable files. */
  readonly cookieFiles: ReadonlyMap<string, readonly string[]>;
  /** Returns the yt-dlp of this name, or the default one; a text says why it cannot run. */
  readonly ytdlp: (name: string | undefined) => Capabilities | string;
  /** Installed programs among those that stages name as their downloader. */
  readonly programs: ReadonlySet<string>;
  /** Whether this machine has an IPv6 address that reaches beyond its links. */
  readonly hasIpv6: boolean;
};

export type LeftOut = {
  readonly stage: string;
  /** The missing thing, in a word or two: "cookies". */
  readonly needs: string;
  /** A sentence that says what is missing and what would help. */
  readonly reason: string;
};

type Lack = Pick<LeftOut, "needs" | "reason">;

/** Any link serves: it changes the values of a stage's options, not their names. */
const someLink = "https://www.youtube.com/";

/** Returns the stages that cannot run here and now, each with what it lacks. Pure. */
export function leftOutStages(stages: Readonly<Record<string, StageSettings>>, facts: StageFacts): LeftOut[] {
  return Object.entries(stages).flatMap(([name, stage]) => {
    const lack = missingNeed(name, stage, facts);
    return lack === undefined ? [] : [{ stage: name, ...lack }];
  });
}

function missingNeed(name: string, stage: StageSettings, facts: StageFacts): Lack | undefined {
  if (stage.needs === "proxy")
    return { needs: "a proxy", reason: `no proxy is configured: name one as stages.${name}.proxy` };
  const cookies = stage.cookies === undefined ? undefined : facts.missingCookies.get(stage.cookies);
  if (cookies !== undefined) return { needs: "cookies", reason: cookies };
  if (stage.ipVersion === 6 && !facts.hasIpv6) return { needs: "IPv6", reason: "this machine has no IPv6" };
  const { downloader } = stage;
  if (downloader !== undefined && downloader !== "native" && !facts.programs.has(downloader))
    return { needs: downloader, reason: `${downloader} is not installed` };
  const ytdlp = facts.ytdlp(stage.ytdlp);
  // If no yt-dlp works, no stage does, which the status says.
  if (typeof ytdlp === "string")
    return stage.ytdlp === undefined ? undefined : { needs: "another yt-dlp", reason: ytdlp };
  return missingAbility(stage, ytdlp);
}

function missingAbility(stage: StageSettings, { version, options, impersonates }: Capabilities): Lack | undefined {
  const needed = optionNames(stageArguments(stage, { link: someLink, cookies: stage.cookies }));
  const unknown = needed.filter((option) => !options.has(option));
  if (unknown.length > 0)
    return { needs: "a newer yt-dlp", reason: `yt-dlp ${version} does not know ${unknown.join(", ")}` };
  const { impersonate } = stage;
  if (impersonate === undefined || canImpersonate(impersonates, impersonate)) return undefined;
  const reason =
    impersonates.length === 0
      ? `yt-dlp ${version} cannot imitate browsers: dwld ytdlp says how it gets curl_cffi`
      : `yt-dlp ${version} cannot imitate ${impersonate}: yt-dlp --list-impersonate-targets lists what it can`;
  return { needs: impersonates.length === 0 ? "curl_cffi" : `an imitation of ${impersonate}`, reason };
}

/** Returns "8 stages are left out: 7 need cookies, 1 needs a proxy"; undefined if none is. Pure. */
export function leftOutSentence(leftOut: readonly LeftOut[]): string | undefined {
  if (leftOut.length === 0) return undefined;
  const counts = Map.groupBy(leftOut, ({ needs }) => needs);
  const parts = [...counts].map(([needs, { length }]) => `${length} ${length === 1 ? "needs" : "need"} ${needs}`);
  return `${leftOut.length} ${leftOut.length === 1 ? "stage is" : "stages are"} left out: ${parts.join(", ")}`;
}
