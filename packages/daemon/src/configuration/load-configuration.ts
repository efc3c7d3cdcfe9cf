import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { errorCode, errorText, isSystemError } from "@dwld/text";
import { formatAddress, parseAddress } from "../listen-address.ts";
import type { Configuration } from "./complete-configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { logFormats } from "../logger/log-format.ts";

/** Read where neither --config nor DWLD_CONFIG names another file, if it is there. */
const defaultFile = "/etc/dwld/dwld.yaml";

/** The options of a command that reads the configuration … */
export const configurationOptions = { config: { type: "string" }, data: { type: "string" } } as const;

/** … as `loadConfiguration` takes them. */
export function configurationArguments(values: { config?: string | undefined; data?: string | undefined }): string[] {
  return (["config", "data"] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
}

/** The command line of an app process has something it does not know. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "usage";
}

/** What this process was started with. It is read here alone and handed down. */
export function startedWith(): { argv: readonly string[]; env: NodeJS.ProcessEnv } {
  return { argv: process.argv.slice(2), env: process.env };
}

export type AppArguments = {
  readonly config: string | undefined;
  readonly data: string | undefined;
  /** Which worker of this machine it is, from 1. */
  readonly instance: number;
  readonly help: boolean;
};

const mostInstances = 99;

/** Reads --config FILE, --data DIR, --instance N and --help. Throws UsageError. */
export function parseAppArguments(argv: readonly string[]): AppArguments {
  const options = {
    config: { type: "string" },
    data: { type: "string" },
    instance: { type: "string", default: "1" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: false });
    for (const name of ["config", "data"] as const) {
      if (values[name] === "") throw new UsageError(`--${name} stands without a value; see --help`);
    }
    const instance = /^\d{1,2}$/.test(values.instance) ? Number(values.instance) : 0;
    if (instance < 1) throw new UsageError(`--instance is a whole number from 1 to ${mostInstances}; see --help`);
    return { config: values.config, data: values.data, instance, help: values.help ?? false };
  } catch (error) {
    if (!errorCode(error).startsWith("ERR_PARSE_ARGS")) throw error;
    throw new UsageError(`${(errorText(error).split(/\. |\n/)[0] ?? "").replace(/\.$/, "")}; see --help`, {
      cause: error,
    });
  }
}

/**
 * The configuration of an app process: the file named by --config, else by DWLD_CONFIG, else /etc/dwld/dwld.yaml if it
 * is there, else defaults; --data or DWLD_DATA stand in for its `data`, DWLD_LOG_FORMAT for its `log.format`. The health of the nth worker of a machine
 * (--instance) listens 10 × (n − 1) ports above `health.worker`.
 * Throws ConfigurationError or, for the command line, UsageError.
 */
export function loadConfiguration(argv: readonly string[], env: NodeJS.ProcessEnv): Configuration {
  const named = parseAppArguments(argv);
  const data = named.data ?? nonEmpty(env["DWLD_DATA"]);
  const options = data === undefined ? {} : { data: resolve(data) };
  const { file, text } = readNamedFile(named, env);
  const configuration = parseConfiguration(text, { file, ...options });
  return forInstance(named.instance, withFormat(configuration, nonEmpty(env["DWLD_LOG_FORMAT"])));
}

/** The file that the command line or the environment names, and what stands in it: nothing where the default is not there. */
export function readConfigurationFile(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): { readonly file: string; readonly text: string } {
  return readNamedFile(parseAppArguments(argv), env);
}

function readNamedFile({ config }: AppArguments, env: NodeJS.ProcessEnv): { file: string; text: string } {
  const file = config ?? nonEmpty(env["DWLD_CONFIG"]);
  if (file === undefined) return { file: defaultFile, text: readText(defaultFile, "--config", "") };
  return { file, text: readText(file, config === undefined ? "DWLD_CONFIG" : "--config") };
}

function withFormat(configuration: Configuration, written: string | undefined): Configuration {
  if (written === undefined) return configuration;
  const format = logFormats.find((one) => one === written);
  if (format === undefined)
    throw new UsageError(`DWLD_LOG_FORMAT is "${written}", and none of ${logFormats.join(", ")}`);
  return { ...configuration, log: { ...configuration.log, format } };
}

/** Between the health ports of two workers of one machine: the apps' own ports are neighbours. */
const portsApart = 10;

function forInstance(instance: number, configuration: Configuration): Configuration {
  const { host, port } = parseAddress(configuration.health.worker);
  if (instance === 1 || port === 0) return configuration;
  const worker = formatAddress({ host, port: port + portsApart * (instance - 1) });
  return { ...configuration, health: { ...configuration.health, worker } };
}

/** An empty variable is one that was not set. */
function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** `source` is what named the file, `absent` the text of a file that need not be there. */
function readText(file: string, source: string, absent?: string): string {
  try {
    return decode(readFileSync(file), file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    switch (error.code) {
      case "ENOENT":
      case "ENOTDIR":
        if (absent !== undefined) return absent;
        throw ConfigurationError.ofFile(file, "does not exist", `name the configuration file with ${source}`);
      case "EACCES":
      case "EPERM":
        throw ConfigurationError.ofFile(
          file,
          "may not be read by the user dwld runs as",
          "make it readable to that user",
        );
      case "EISDIR":
        throw ConfigurationError.ofFile(file, "is a folder", `name the file in it with ${source}`);
      default:
        throw ConfigurationError.ofFile(file, `cannot be read (${error.message})`, "check the file system it lies on");
    }
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw ConfigurationError.ofFile(file, "is not UTF-8 text", "save it as UTF-8");
  }
}
