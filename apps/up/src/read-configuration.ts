import { execFile, spawnSync } from "node:child_process";
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
  const { program, words, variables } = reader(command, { config, data }, env);
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    ...{ env: variables, encoding: "utf8", maxBuffer: maxBytes },
    stdio: ["inherit", "pipe", "pipe"],
  });
  if (error !== undefined) throw error;
  const said = wordsOf(stderr);
  if (said !== "") complain("up", said);
  return status === 0 ? (JSON.parse(stdout) as Configuration) : (status ?? 1);
}

/** The configuration is wrong. The message has a line for each mistake. */
class WrongConfigurationError extends Error {
  readonly code = "configuration";
}

/** Returns the configuration as it is now. @throws WrongConfigurationError */
export async function readAgain(
  command: readonly string[],
  named: Named,
  env: NodeJS.ProcessEnv,
): Promise<Configuration> {
  const { program, words, variables } = reader(command, named, env);
  const { promise, resolve: settle, reject } = Promise.withResolvers<Configuration>();
  // Without a standard input: a pipe was read at the start, and has no more.
  execFile(program, words, { env: variables, maxBuffer: maxBytes }, (error, stdout, stderr) => {
    if (error === null) settle(JSON.parse(stdout) as Configuration);
    else reject(new WrongConfigurationError(wordsOf(stderr) || error.message));
  }).stdin?.end();
  return await promise;
}

function reader([program = "", ...words]: readonly string[], { config, data }: Named, env: NodeJS.ProcessEnv) {
  return {
    program,
    words: [...words, "config", "show", "--json", ...(config === undefined ? [] : ["--", config])],
    variables: { ...env, ...(data === undefined ? {} : { DWLD_DATA: resolve(data) }) },
  };
}

const wordsOf = (stderr: string): string => stderr.trimEnd().replaceAll(/^dwld config show: /gm, "");
