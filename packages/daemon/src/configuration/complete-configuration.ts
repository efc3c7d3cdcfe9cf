import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ParsedConfiguration } from "./schema.ts";

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

export type StageSettings = DeepReadonly<ParsedConfiguration["stages"][string]>;
export type SiteSettings = DeepReadonly<ParsedConfiguration["sites"][string]>;
export type FtpSettings = DeepReadonly<Omit<NonNullable<ParsedConfiguration["ftp"]>, "enabled" | "host" | "port">> & {
  readonly enabled: true;
  readonly host: string;
  readonly port: number;
};

/** What the apps are handed: frozen, every default filled in, every path absolute. */
export type Configuration = DeepReadonly<Omit<ParsedConfiguration, "database" | "cache" | "worker" | "ftp">> & {
  readonly database: { readonly path: string };
  readonly cache: { readonly servers: readonly string[] };
  readonly worker: DeepReadonly<ParsedConfiguration["worker"]> & { readonly downloads: string };
  /** undefined: nothing is delivered, files stay in worker.downloads. */
  readonly ftp: FtpSettings | undefined;
};

/** A UNIX socket's path may have 107 bytes (unix(7)); some room is left for who makes one beside it. */
const MAX_SOCKET_BYTES = 100;

/**
 * Fills in the defaults that follow from other keys. A relative path is one from `folder`, where the
 * configuration file lies, whatever folder the process was started in.
 */
export function completeConfiguration(parsed: ParsedConfiguration, folder: string): Configuration {
  const data = resolve(folder, parsed.data);
  const stages: ParsedConfiguration["stages"] = { default: { extractorArgs: [], arguments: [] }, ...parsed.stages };
  const [program = "", ...rest] = parsed.worker.ytdlp.command;
  return deepFreeze({
    ...parsed,
    data,
    database: { path: resolve(folder, parsed.database.path ?? join(data, "dwld.sqlite")) },
    cache: {
      servers: parsed.cache.servers?.map((server) => absoluteServer(server, folder)) ?? [defaultCacheServer(data)],
    },
    worker: {
      ...parsed.worker,
      downloads: resolve(folder, parsed.worker.downloads ?? join(data, "downloads")),
      // A name without a slash is looked up on the PATH.
      ytdlp: { command: [program.includes("/") ? resolve(folder, program) : program, ...rest] },
    },
    stages: Object.fromEntries(
      Object.entries(stages).map(([name, stage]) => [name, withAbsolute(stage, "cookies", folder)]),
    ),
    ftp: completeFtp(parsed.ftp, folder),
  });
}

function completeFtp(ftp: ParsedConfiguration["ftp"], folder: string): FtpSettings | undefined {
  if (ftp === undefined || !ftp.enabled || ftp.host === undefined) return undefined;
  return {
    ...withAbsolute(ftp, "passwordFile", folder),
    enabled: true,
    host: ftp.host,
    port: ftp.port ?? (ftp.tls.mode === "implicit" ? 990 : 21),
    tls: withAbsolute(ftp.tls, "caFile", folder),
  };
}

/** The section with the path under `key` made absolute, where there is one. */
function withAbsolute<Section extends object>(section: Section, key: keyof Section, folder: string): Section {
  const path = section[key];
  return typeof path === "string" ? { ...section, [key]: resolve(folder, path) } : section;
}

function absoluteServer(server: string, folder: string): string {
  return server.startsWith("unix:") ? `unix:${resolve(folder, server.slice("unix:".length))}` : server;
}

/** Where `dwld up` starts a memcached of its own. */
function defaultCacheServer(data: string): string {
  const beside = join(data, "memcached.sock");
  if (Buffer.byteLength(beside) <= MAX_SOCKET_BYTES) return `unix:${beside}`;
  return `unix:${join(tmpdir(), `dwld-${createHash("sha256").update(data).digest("hex").slice(0, 16)}.sock`)}`;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
