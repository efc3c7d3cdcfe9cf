import { statSync } from "node:fs";
import { resolve } from "node:path";
import { layout } from "@dwld/layout";
import { formatAddress, parseAddress } from "../network/listen-address.ts";
import { completeConfiguration, type Configuration } from "./complete-configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { folderOf, parseValues } from "./parse-configuration.ts";
import { type LogFormat, logFormats } from "../logger/log-format.ts";
import type { Named } from "./named.ts";
import { readFile } from "./read-file.ts";
import type { ParsedConfiguration } from "./schema.ts";
import type { Written } from "./written.ts";

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
 * Returns the configuration of an app process: from the file named by --config, else by DWLD_CONFIG, else from that of the
 * layout if it exists, else defaults. --data or DWLD_DATA replaces its `data`, DWLD_LOG_FORMAT its `log.format`. The health of the nth worker of a machine (`instance`) listens 10 × (n − 1) ports above `health.worker`.
 *
 * @throws ConfigurationError; UsageError for DWLD_LOG_FORMAT.
 */
export function loadConfiguration(named: Named, env: NodeJS.ProcessEnv): Configuration {
  return configurationOf(readConfigurationFile(named, env), named, env);
}

/** The same before its defaults are complete, for a process that may take over another one later. */
export function loadWritten(named: Named, env: NodeJS.ProcessEnv): Written<ParsedConfiguration> {
  return writtenIn(readConfigurationFile(named, env), named, env);
}

/** The same for a process that runs by it. A pipe has its text once, and reading it again would wait for ever. */
export function loadAgain(named: Named, env: NodeJS.ProcessEnv): Written<ParsedConfiguration> {
  const file = fileOfConfiguration(named, env);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false)
    throw ConfigurationError.ofFile(file, "is no file that can be read twice", "name one, and restart");
  return loadWritten(named, env);
}

/** The same as `loadConfiguration`, of a file that has been read: a pipe has its text once. */
export function configurationOf(read: Read, named: Named, env: NodeJS.ProcessEnv): Configuration {
  const written = writtenIn(read, named, env);
  return written.complete(written.values);
}

function writtenIn(read: Read, named: Named, env: NodeJS.ProcessEnv): Written<ParsedConfiguration> {
  const { file, text } = read;
  const data = named.data ?? nonEmpty(env["DWLD_DATA"]) ?? read.data;
  const options = data === undefined ? { file } : { file, data: resolve(data) };
  const values = parseValues(text, options);
  const format = logFormat(nonEmpty(env["DWLD_LOG_FORMAT"]));
  return {
    file: resolve(file),
    values,
    complete: (parsed) =>
      forInstance(named.instance ?? 1, withFormat(completeConfiguration(parsed, folderOf(options)), format)),
  };
}

/** Returns the absolute path of the file that the command line or the environment names, else of the default one. */
export function fileOfConfiguration(named: Named, env: NodeJS.ProcessEnv): string {
  return resolve(nameOfFile(named, env) ?? layout.configuration);
}

/** A configuration file and its text; of one that nobody named and that is absent, no text, and its `data`. */
type Read = { readonly file: string; readonly text: string; readonly data?: string };

/** Returns the file that the command line or the environment names, else the default one. */
export function readConfigurationFile(named: Named, env: NodeJS.ProcessEnv): Read {
  const { config } = named;
  const file = nameOfFile(named, env);
  if (file !== undefined) return { file, text: readText(file, config === undefined ? "DWLD_CONFIG" : "--config") };
  const { configuration, data } = layout;
  const isThere = statSync(configuration, { throwIfNoEntry: false }) !== undefined;
  return isThere
    ? { file: configuration, text: readText(configuration, "--config") }
    : { file: configuration, text: "", data };
}

function nameOfFile({ config }: Named, env: NodeJS.ProcessEnv): string | undefined {
  return config ?? nonEmpty(env["DWLD_CONFIG"]);
}

function logFormat(written: string | undefined): LogFormat | undefined {
  if (written === undefined) return undefined;
  const format = logFormats.find((one) => one === written);
  if (format === undefined)
    throw new UsageError(`DWLD_LOG_FORMAT is "${written}", and none of ${logFormats.join(", ")}`);
  return format;
}

function withFormat(configuration: Configuration, format: LogFormat | undefined): Configuration {
  return format === undefined ? configuration : { ...configuration, log: { ...configuration.log, format } };
}

/** Distance of the health ports of two workers of one machine, since the ports of the apps are neighbours. */
const portsApart = 10;

/** Returns `health.worker` of a worker by its number on this machine, from 1. */
export function workerHealth(address: string, instance: number): string {
  const { host, port } = parseAddress(address);
  return instance === 1 || port === 0 ? address : formatAddress({ host, port: port + portsApart * (instance - 1) });
}

function forInstance(instance: number, configuration: Configuration): Configuration {
  const worker = workerHealth(configuration.health.worker, instance);
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
    forbidden: "ask again with sudo, or make it readable to that user",
    folder: `name the file in it with ${source}`,
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw ConfigurationError.ofFile(file, "is not UTF-8 text", "save it as UTF-8");
  }
}
