import { redactSecrets } from "../logger/redact-secrets.ts";
import type { Changes } from "./compare.ts";

/** The state of the configuration of a running process. Times are milliseconds since the epoch. */
export type ConfigurationState = {
  /** When the running one was read. */
  readonly takenAtMs: number;
  /** Keys that have other values in the file, and that only a restart takes over. */
  readonly needsRestart: readonly string[];
  /** The file was wrong at the last reload. `mistakes`: a sentence each. */
  readonly wrong: { readonly sinceMs: number; readonly mistakes: readonly string[] } | undefined;
  /** `mistakes`: none, if it succeeded. */
  readonly lastReload: LastReload | undefined;
};

type LastReload = {
  readonly atMs: number;
  readonly mistakes: readonly string[];
  readonly taken: readonly string[];
};

/** Returns a sentence for the operator; empty if the file and the process agree. */
export function describeState({ takenAtMs, needsRestart, wrong }: ConfigurationState): string {
  const sentences = [
    ...(wrong === undefined
      ? []
      : [
          `the configuration on disk is wrong since ${timeText(wrong.sinceMs)}, and this process runs with that of ${timeText(takenAtMs)}: ${firstOf(wrong.mistakes)}`,
        ]),
    ...(needsRestart.length === 0 ? [] : [restartSentence(needsRestart)]),
  ];
  return redactSecrets(sentences.join("; "));
}

/** Returns a sentence about a reload. */
export function summarize({ taken, needsRestart }: Changes): string {
  const change = taken.length === 0 ? "nothing in it is new for this process" : `taken over: ${taken.join(", ")}`;
  const rest = needsRestart.length === 0 ? "" : `; ${restartSentence(needsRestart)}`;
  return `the configuration was reloaded; ${change}${rest}`;
}

function restartSentence(keys: readonly string[]): string {
  return `only a restart takes over: ${keys.join(", ")}`;
}

function firstOf([first = "", ...more]: readonly string[]): string {
  return more.length === 0 ? first : `${first} (and ${more.length} more, see the log)`;
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
