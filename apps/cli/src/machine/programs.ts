import type { Programs } from "@dwld/queue";
import { execa } from "execa";

/** Returns how the programs of a database are run. @param signal ends them. */
export function programsOf({ PATH = "" }: NodeJS.ProcessEnv, signal: AbortSignal): Programs {
  return {
    path: PATH,
    run: async (program, args, environment) => {
      // Its messages are read and shown, in English.
      const env = { PATH, LC_ALL: "C.UTF-8", ...environment };
      const options = { reject: false, stdin: "ignore", env, extendEnv: false, cancelSignal: signal } as const;
      const { code, exitCode, stdout, stderr } = await execa(program, args, options);
      return { found: code !== "ENOENT", exitCode, stdout, stderr };
    },
  };
}
