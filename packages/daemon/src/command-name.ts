import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { layout } from "@dwld/layout";

/** Returns how a person in `folder` calls this dwld: by its name if the PATH leads to it, else by its path. */
export function commandName(folder: string, env: NodeJS.ProcessEnv): string {
  const places = (env["PATH"] ?? "").split(":").filter((place) => place !== "");
  const onPath = places.map((place) => join(place, "dwld")).find((path) => existsSync(path));
  if (onPath !== undefined && realpathSync(onPath) === layout.command) return "dwld";
  return layout.command === join(folder, "bin/dwld") ? "bin/dwld" : layout.command;
}
