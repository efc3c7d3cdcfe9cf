import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Programs } from "@dwld/queue";
import { execa } from "execa";

/** Where Debian keeps PostgreSQL's programs of each version, of which the PATH has one at most. */
const versions = "/usr/lib/postgresql";

/** Returns how the programs of a database are found and run. @param signal ends them. */
export function programsOf({ PATH = "" }: NodeJS.ProcessEnv, signal: AbortSignal): Programs {
  return {
    path: [PATH, ...foldersOfVersions()].join(delimiter),
    run: async (program, args, environment) => {
      // Its messages are read and shown, in English.
      const env = { PATH, LC_ALL: "C.UTF-8", ...environment };
      const options = { reject: false, stdin: "ignore", env, extendEnv: false, cancelSignal: signal } as const;
      const { code, exitCode, stdout, stderr } = await execa(program, args, options);
      return { found: code !== "ENOENT", exitCode, stdout, stderr };
    },
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
