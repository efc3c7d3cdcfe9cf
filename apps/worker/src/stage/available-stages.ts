import type { StageSettings } from "@dwld/daemon";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import { canImpersonate } from "../ytdlp/impersonation.ts";
import { optionNames, stageArguments } from "./stage-arguments.ts";

/** What is there on this machine. */
export type StageFacts = {
  /** For each `cookies` of a stage: why it cannot be used; absent: it can. */
  readonly missingCookies: ReadonlyMap<string, string>;
  /** For each `cookies` of a stage: the files that can be used. */
  readonly cookieFiles: ReadonlyMap<string, readonly string[]>;
  /** What runs a stage that names this yt-dlp (undefined: none); a text: why it cannot be run. */
  readonly ytdlp: (name: string | undefined) => Capabilities | string;
  /** Programs that a stage may name as its downloader, and that are found. */
  readonly programs: ReadonlySet<string>;
  /** Whether this machine has an address of IPv6 with which it reaches others. */
  readonly hasIpv6: boolean;
};

export type LeftOut = { readonly stage: string; /** What is missing, and what would help. */ readonly reason: string };

/** Any link will do: which options a stage has depends on it in nothing but a value. */
const someLink = "https://www.youtube.com/";

/** The stages that cannot be tried here and now, each with what it lacks. Pure. */
export function leftOutStages(stages: Readonly<Record<string, StageSettings>>, facts: StageFacts): LeftOut[] {
  return Object.entries(stages).flatMap(([name, stage]) => {
    const reason = missingNeed(name, stage, facts);
    return reason === undefined ? [] : [{ stage: name, reason }];
  });
}

function missingNeed(name: string, stage: StageSettings, facts: StageFacts): string | undefined {
  if (stage.needs === "proxy") return `no proxy is configured: name one as stages.${name}.proxy`;
  const cookies = stage.cookies === undefined ? undefined : facts.missingCookies.get(stage.cookies);
  if (cookies !== undefined) return cookies;
  if (stage.ipVersion === 6 && !facts.hasIpv6) return "this machine has no IPv6";
  const { downloader } = stage;
  if (downloader !== undefined && downloader !== "native" && !facts.programs.has(downloader))
    return `${downloader} is not installed`;
  const ytdlp = facts.ytdlp(stage.ytdlp);
  // Where no yt-dlp works, no stage does, and that is told elsewhere.
  if (typeof ytdlp === "string") return stage.ytdlp === undefined ? undefined : ytdlp;
  const needed = optionNames(stageArguments(stage, { link: someLink, cookies: stage.cookies }));
  const unknown = needed.filter((option) => !ytdlp.options.has(option));
  if (unknown.length > 0) return `yt-dlp ${ytdlp.version} does not know ${unknown.join(", ")}`;
  const { impersonate } = stage;
  if (impersonate !== undefined && !canImpersonate(ytdlp.impersonates, impersonate))
    return ytdlp.impersonates.length === 0
      ? `yt-dlp ${ytdlp.version} cannot imitate browsers: install curl_cffi for its Python`
      : `yt-dlp ${ytdlp.version} cannot imitate ${impersonate}: yt-dlp --list-impersonate-targets lists what it can`;
  return undefined;
}
