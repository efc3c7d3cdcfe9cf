import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isSystemError } from "@dwld/text";
import { formatAddress, parseAddress } from "../listen-address.ts";
import type { Configuration } from "./complete-configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { logFormats } from "../logger/log-format.ts";

/** Read where neither --config nor DWLD_CONFIG names another file, if it is there. */
const defaultFile = "/etc/dwld/dwld.yaml";

/** What the command line says of the configuration. */
export type Named = {
  readonly config?: string | undefined;
  readonly data?: string | undefined;
  /** Which worker of this machine it is, from 1. */
  readonly instance?: number | undefined;
};

/** `named` as the options of a command line. */
export function configurationArguments({ config, data }: Named): string[] {
  return [...(config === undefined ? [] : ["--config", config]), ...(data === undefined ? [] : ["--data", data])];
}

/** The command line, or the environment, has a value that it may not have. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "usage";
}

/** The environment of this process. It is read here and in main.ts, and handed down. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/**
 * The configuration of an app process: the file named by --config, else by DWLD_CONFIG, else /etc/dwld/dwld.yaml if it
 * is there, else defaults; --data or DWLD_DATA stand in for its `data`, DWLD_LOG_FORMAT for its `log.format`. The health of the nth worker of a machine
 * (`instance`) listens 10 × (n − 1) ports above `health.worker`.
 * Throws ConfigurationError or, for DWLD_LOG_FORMAT, UsageError.
 */
export function loadConfiguration(named: Named, env: NodeJS.ProcessEnv): Configuration {
  const data = named.data ?? nonEmpty(env["DWLD_DATA"]);
  const options = data === undefined ? {} : { data: resolve(data) };
  const { file, text } = readConfigurationFile(named, env);
  const configuration = parseConfiguration(text, { file, ...options });
  return forInstance(named.instance ?? 1, withFormat(configuration, nonEmpty(env["DWLD_LOG_FORMAT"])));
}

/** The file that the command line or the environment names, and its text; empty if the default file does not exist. */
export function readConfigurationFile({ config }: Named, env: NodeJS.ProcessEnv): { file: string; text: string } {
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
