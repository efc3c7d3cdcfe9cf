import { existsSync } from "node:fs";
import { join } from "node:path";
import { layout } from "@dwld/layout";

/** Returns how a person in `folder` calls this dwld: by its name if the PATH has it, else by its path. */
export function commandName(folder: string, env: NodeJS.ProcessEnv): string {
  const onPath = (env["PATH"] ?? "").split(":").some((place) => place !== "" && existsSync(join(place, "dwld")));
  if (onPath) return "dwld";
  return layout.command === join(folder, "bin/dwld") ? "bin/dwld" : layout.command;
}
