import { statSync } from "node:fs";
import { resolve } from "node:path";
import { formatAddress, parseAddress } from "../network/listen-address.ts";
import type { Configuration } from "./complete-configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { logFormats } from "../logger/log-format.ts";
import type { Named } from "./named.ts";
import { readFile } from "./read-file.ts";

/** Read if it exists, and neither --config nor DWLD_CONFIG names another file. */
const defaultFile = "/etc/dwld/dwld.yaml";

/** The command line or the environment has a value that it may not have. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "usage";
}

/** Returns the environment of this process. Only this function, main.ts and `readSecretFile` (systemd's credentials) read it. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/**
 * Returns the configuration of an app process: from the file named by --config, else by DWLD_CONFIG, else from
 * /etc/dwld/dwld.yaml if it exists, else defaults. --data or DWLD_DATA replaces its `data`, DWLD_LOG_FORMAT its
 * `log.format`. The health of the nth worker of a machine (`instance`) listens 10 × (n − 1) ports above `health.worker`.
 *
 * @throws ConfigurationError; UsageError for DWLD_LOG_FORMAT.
 */
export function loadConfiguration(named: Named, env: NodeJS.ProcessEnv): Configuration {
  return configurationOf(readConfigurationFile(named, env), named, env);
}

/** The same as `loadConfiguration`, of a file that has been read: a pipe has its text once. */
export function configurationOf(
  { file, text }: { file: string; text: string },
  named: Named,
  env: NodeJS.ProcessEnv,
): Configuration {
  const data = named.data ?? nonEmpty(env["DWLD_DATA"]);
  const options = data === undefined ? {} : { data: resolve(data) };
  const configuration = parseConfiguration(text, { file, ...options });
  return forInstance(named.instance ?? 1, withFormat(configuration, nonEmpty(env["DWLD_LOG_FORMAT"])));
}

/** Returns the file that the command line or the environment names, and its text: empty if the default file is absent. */
export function readConfigurationFile({ config }: Named, env: NodeJS.ProcessEnv): { file: string; text: string } {
  const file = config ?? nonEmpty(env["DWLD_CONFIG"]);
  if (file !== undefined) return { file, text: readText(file, config === undefined ? "DWLD_CONFIG" : "--config") };
  const isThere = statSync(defaultFile, { throwIfNoEntry: false }) !== undefined;
  return { file: defaultFile, text: isThere ? readText(defaultFile, "--config") : "" };
}

function withFormat(configuration: Configuration, written: string | undefined): Configuration {
  if (written === undefined) return configuration;
  const format = logFormats.find((one) => one === written);
  if (format === undefined)
    throw new UsageError(`DWLD_LOG_FORMAT is "${written}", and none of ${logFormats.join(", ")}`);
  return { ...configuration, log: { ...configuration.log, format } };
}

/** Distance of the health ports of two workers of one machine, since the ports of the apps are neighbours. */
const portsApart = 10;

function forInstance(instance: number, configuration: Configuration): Configuration {
  const { host, port } = parseAddress(configuration.health.worker);
  if (instance === 1 || port === 0) return configuration;
  const worker = formatAddress({ host, port: port + portsApart * (instance - 1) });
  return { ...configuration, health: { ...configuration.health, worker } };
}

/** Treats an empty variable as one that is not set. */
function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** @param source the option or variable that named the file. */
function readText(file: string, source: string): string {
  const bytes = readFile(file, {
    absent: `name the configuration file with ${source}`,
    forbidden: "make it readable to that user",
    folder: `name the file in it with ${source}`,
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw ConfigurationError.ofFile(file, "is not UTF-8 text", "save it as UTF-8");
  }
}
