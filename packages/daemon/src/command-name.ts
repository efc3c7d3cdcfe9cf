import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const program = resolve(import.meta.dirname, "../../../bin/dwld");

/** Returns how a person in `folder` calls this dwld: by its name if the PATH has it, else by its path. */
export function commandName(folder: string, env: NodeJS.ProcessEnv): string {
  const onPath = (env["PATH"] ?? "").split(":").some((place) => place !== "" && existsSync(join(place, "dwld")));
  if (onPath) return "dwld";
  return program === join(folder, "bin/dwld") ? "bin/dwld" : program;
}
