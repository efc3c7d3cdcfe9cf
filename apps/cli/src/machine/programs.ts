import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Programs } from "@dwld/queue";
import { askProgram } from "./doctor/ask-program.ts";

/** Where Debian keeps PostgreSQL's programs of each version, of which the PATH has one at most. */
const versions = "/usr/lib/postgresql";

/** Returns how the programs of a database are found and run. @param signal ends them. */
export function programsOf({ PATH = "" }: NodeJS.ProcessEnv, signal: AbortSignal): Programs {
  return {
    path: [PATH, ...foldersOfVersions()].join(delimiter),
    // Messages of the program are read and shown, in English.
    run: (program, args, environment) =>
      askProgram(program, args, { PATH, LC_ALL: "C.UTF-8", ...environment }, { cancelSignal: signal }),
  };
}

function foldersOfVersions(): string[] {
  try {
    return readdirSync(versions).map((version) => join(versions, version, "bin"));
  } catch {
    // There are none.
    return [];
  }
}
