import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { complain, type Configuration, type Named } from "@dwld/daemon/process";

/** More than any configuration. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Returns the configuration, or the exit status if there is none: its mistakes are on stderr then. `dwld config show` reads
 * it, so that the libraries for that are not in memory for as long as `dwld up` runs.
 */
export function readConfiguration(
  command: readonly string[],
  { config, data }: Named,
  env: NodeJS.ProcessEnv,
): Configuration | number {
  const [program = "", ...words] = command;
  const { status, stdout, stderr, error } = spawnSync(
    program,
    [...words, "config", "show", "--json", ...(config === undefined ? [] : ["--", config])],
    {
      env: { ...env, ...(data === undefined ? {} : { DWLD_DATA: resolve(data) }) },
      stdio: ["inherit", "pipe", "pipe"],
      encoding: "utf8",
      maxBuffer: maxBytes,
    },
  );
  if (error !== undefined) throw error;
  const said = stderr.trimEnd().replaceAll(/^dwld config show: /gm, "");
  if (said !== "") complain("up", said);
  return status === 0 ? (JSON.parse(stdout) as Configuration) : (status ?? 1);
}
