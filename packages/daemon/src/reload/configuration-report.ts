import { redactSecrets } from "../logger/redact-secrets.ts";
import type { Changes } from "./compare.ts";
import type { ConfigurationState } from "./configuration-state.ts";

/** The report of a process about its configuration, at /configuration of its health address. Times are in ISO 8601. */
export type ConfigurationReport = {
  readonly pid: number;
  /** The absolute path of the file. */
  readonly file: string;
  /** When the configuration was read that the process runs with. */
  readonly readAt: string;
  /** Keys that have had other values in the file since then, and that only a restart takes over. */
  readonly needsRestart: readonly string[];
  readonly lastReload?: {
    readonly at: string;
    readonly mistakes: readonly string[];
    readonly taken: readonly string[];
  };
  /** What a reload would do now: the keys that it would take over and those that need a restart, or the mistakes in the file. */
  readonly reload: Changes | { readonly mistakes: readonly string[] };
};

/** @param reload what a reload would do now. */
export function reportConfiguration(
  file: string,
  { takenAtMs, needsRestart, lastReload }: ConfigurationState,
  reload: ConfigurationReport["reload"],
): ConfigurationReport {
  return {
    pid: process.pid,
    file,
    readAt: new Date(takenAtMs).toISOString(),
    needsRestart,
    ...(lastReload === undefined
      ? {}
      : {
          lastReload: {
            at: new Date(lastReload.atMs).toISOString(),
            mistakes: lastReload.mistakes.map(redactSecrets),
            taken: lastReload.taken,
          },
        }),
    reload: "mistakes" in reload ? { mistakes: reload.mistakes.map(redactSecrets) } : reload,
  };
}
