import { dayMs } from "@dwld/timing";
import { type LeftOut, leftOutSentence } from "../stages/available-stages.ts";
import { isVersionNumber } from "../releases/version-number.ts";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import { defaultName } from "../ytdlp-versions/tried-ytdlps.ts";
import type { Installation } from "./installation.ts";

/** One of the configured yt-dlps. */
export type Inspected = {
  readonly name: string;
  readonly command: readonly string[];
} & ({ readonly capabilities: Capabilities; readonly installation: Installation } | { readonly error: string });

/** A remark about the updates of yt-dlp, and what to do. */
export type UpdateRemark = { readonly warning: string; readonly remedy: string };

export type Warning = { readonly ytdlp: string; readonly warning: string; readonly remedy: string };

/** The document of `dwld ytdlp --json`: scripts rely on it. */
export type YtdlpReport = {
  /** The name of the one that is used if a stage names none; null: none works. */
  readonly used: string | null;
  readonly commands: readonly (
    | {
        readonly name: string;
        readonly command: readonly string[];
        readonly works: true;
        readonly version: string;
        /** Since the day that its version names; null if it names none. */
        readonly ageDays: number | null;
        readonly variant: string;
        readonly javaScript: string | null;
        readonly challengeSolver: "installed" | "loaded" | "none";
        readonly impersonates: readonly string[];
        /** Null if it is unknown. */
        readonly compiled: boolean | null;
        readonly zipapp: boolean;
        /** The options that dwld uses, and whether this version knows them. */
        readonly options: Readonly<Record<string, boolean>>;
      }
    | { readonly name: string; readonly command: readonly string[]; readonly works: false; readonly error: string }
  )[];
  readonly warnings: readonly Warning[];
  /** About the versions that dwld fetches. */
  readonly remarks: readonly UpdateRemark[];
  /** Stages of the configuration that lack something here, and are not tried. */
  readonly leftOut: readonly LeftOut[];
  /** How many stages are left out, by what they need; null: none. */
  readonly leftOutSentence: string | null;
};

/** yt-dlp itself warns from this age on. */
const oldDays = 90;

/** The facts beside the programs. `isUpdated`: dwld fetches newer ones, and the remarks are about their age. */
type Beside = Pick<YtdlpReport, "leftOut" | "remarks"> & { readonly isUpdated: boolean };

/** Returns what is known of each, and what the operator can do about it. Pure. */
export function reportYtdlp(
  inspected: readonly Inspected[],
  { leftOut, remarks, isUpdated }: Beside,
  nowMs: number,
): YtdlpReport {
  return {
    used: inspected.find((one) => "capabilities" in one)?.name ?? null,
    commands: inspected.map((one) => {
      const { name, command } = one;
      if ("error" in one) return { name, command, works: false, error: one.error };
      const { capabilities, installation } = one;
      const { version, variant, options, impersonates } = capabilities;
      return {
        name,
        command,
        works: true,
        version,
        ageDays: ageInDays(version, nowMs) ?? null,
        variant,
        javaScript: capabilities.javaScript ?? null,
        challengeSolver: solverOf(capabilities),
        impersonates,
        compiled: installation.kind === "modules" ? installation.compiled : null,
        zipapp: installation.kind === "zipapp",
        options: Object.fromEntries(usedOptions.map((option) => [option, options.has(option)])),
      };
    }),
    warnings: inspected.flatMap((one) => [
      ...ageWarnings(one, isUpdated, nowMs).map((text) => ({ ytdlp: one.name, ...text })),
      ...warningsFor(one).map((text) => ({ ytdlp: one.name, ...text })),
    ]),
    remarks,
    leftOut,
    leftOutSentence: leftOutSentence(leftOut) ?? null,
  };
}

const usedOptions = [
  "--no-plugin-dirs",
  "--progress-delta",
  "--js-runtimes",
  "--remote-components",
  "--impersonate",
] as const;

function solverOf({ challengeSolver, options }: Capabilities): "installed" | "loaded" | "none" {
  if (challengeSolver) return "installed";
  return options.has("--remote-components") ? "loaded" : "none";
}

/** "2026.10.26", or a night's "2026.10.26.232721". */
export function ageInDays(version: string, nowMs: number): number | undefined {
  const [, year, month, day] = /^(\d{4})\.(\d{1,2})\.(\d{1,2})\b/.exec(version) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return Math.max(0, Math.floor((nowMs - Date.UTC(Number(year), Number(month) - 1, Number(day))) / dayMs));
}

type Text = Omit<Warning, "ytdlp">;

function ageWarnings(one: Inspected, isUpdated: boolean, nowMs: number): Text[] {
  if ("error" in one || (isUpdated && (one.name === defaultName || isVersionNumber(one.name)))) return [];
  const { version } = one.capabilities;
  const age = ageInDays(version, nowMs);
  if (age === undefined || age <= oldDays) return [];
  const remedy = "install a newer one, such as that of Debian's backports, and name it in worker.ytdlp.commands";
  return [{ warning: `${version} is ${age} days old; sites change faster`, remedy }];
}

function warningsFor(one: Inspected): Text[] {
  if ("error" in one) return [{ warning: "it does not work", remedy: one.error }];
  const { capabilities, installation } = one;
  const warnings: Text[] = [];
  if (!capabilities.options.has("--js-runtimes"))
    warnings.push({
      warning: "it can use no JavaScript runtime, and YouTube gives such a version little or nothing",
      remedy: "install 2025.11 or later",
    });
  else if (capabilities.javaScript === undefined)
    warnings.push({
      warning: "it does not accept this Node as its JavaScript runtime",
      remedy: "run dwld by Node 22 or later, or install a newer yt-dlp",
    });
  if (capabilities.impersonates.length === 0)
    warnings.push({
      warning: "it cannot imitate a browser, and the stages that do so are left out",
      remedy: curlCffiRemedy(capabilities, installation),
    });
  if (!capabilities.fetchesThumbnails)
    warnings.push({
      warning: "dwld's plugin for thumbnails does not fit it, and the page shows no pictures of videos",
      remedy: "install another version, or set worker.thumbnails: false",
    });
  if (installation.kind === "zipapp")
    warnings.push({
      warning: "it is a zip file, and each start takes half a second longer",
      remedy: "install it as a package, by apt or pip",
    });
  if (installation.kind === "modules" && !installation.compiled)
    warnings.push({
      warning: "its modules are not compiled, and each start takes a fifth of a second longer",
      remedy: `run as its owner: python3 -m compileall -q ${installation.folder}`,
    });
  return warnings;
}

/** Where yt-dlp's own releases come from, which bring curl_cffi along. */
const releases = "https://github.com/yt-dlp/yt-dlp/releases";

/**
 * How this yt-dlp gets curl_cffi, which no package of Debian 13 has: a Python environment of its own, in whose yt-dlp it
 * is an extra (yt-dlp's README, "Impersonation"), or the program of the releases, in which it is built in.
 */
function curlCffiRemedy({ command }: Capabilities, installation: Installation): string {
  const folder = "/opt/yt-dlp";
  const environment = `python3 -m venv ${folder} && ${folder}/bin/pip install "yt-dlp[default,curl-cffi]"`;
  const named = `name it: worker.ytdlp.command: [${folder}/bin/yt-dlp], of which dwld then fetches no newer one`;
  if (installation.kind === "unknown")
    return `${command[0]} is no Python program: take yt-dlp_linux of ${releases}, in which curl_cffi is built in, or ${environment} (apt install python3-venv), and ${named}`;
  return `curl_cffi is no Debian package: apt install python3-venv && ${environment}, and ${named}; or take yt-dlp_linux of ${releases}, in which it is built in`;
}

/** For a person at a terminal. */
export function printReport({ used, commands, warnings, remarks, leftOut }: YtdlpReport): string {
  const blocks = commands.map((one) => {
    const head = `${one.name}${one.name === used ? " (used)" : ""}: ${one.command.join(" ")}`;
    if (!one.works) return `${head}\n  does not work\n`;
    const age = one.ageDays === null ? "" : `, ${one.ageDays} ${one.ageDays === 1 ? "day" : "days"} old`;
    const compiled = one.zipapp ? "no, a zip file" : { true: "yes", false: "no", null: "unknown" }[`${one.compiled}`];
    const known = Object.entries(one.options).map(([option, isKnown]) => `${isKnown ? "" : "not "}${option}`);
    const fields: [string, string][] = [
      ["version", `${one.version}${age}${one.variant === "" ? "" : `, ${one.variant}`}`],
      ["JavaScript", one.javaScript ?? "none"],
      ["YouTube's challenges", solvers[one.challengeSolver]],
      ["imitates", one.impersonates.length === 0 ? "no browser" : one.impersonates.join(", ")],
      ["compiled", compiled],
      ["knows", known.join(", ")],
    ];
    return `${head}\n${fields.map(([name, text]) => `  ${name.padEnd(22)}${text}\n`).join("")}`;
  });
  const lines = [
    ...warnings.map(({ ytdlp, warning, remedy }) => `warning: ${ytdlp}: ${warning}; ${remedy}\n`),
    ...remarks.map(({ warning, remedy }) => `warning: ${warning}; ${remedy}\n`),
  ];
  const stages = leftOut.map(({ stage, reason }) => `  ${stage}: ${reason}\n`);
  const head = leftOutSentence(leftOut);
  return [...blocks, lines.join(""), head === undefined ? "" : `${head}\n${stages.join("")}`]
    .filter((block) => block !== "")
    .join("\n");
}

const solvers = {
  installed: "solved by what is installed with it",
  loaded: "solved by what it loads from its own releases when it is needed",
  none: "not solved",
};
