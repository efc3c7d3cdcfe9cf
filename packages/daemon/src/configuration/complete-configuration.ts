import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defaultSocket } from "@dwld/layout/sockets";
import { builtInStages } from "./built-in-sites.ts";
import { type BotSettings, completeBots } from "./complete-bots.ts";
import { completeDatabase, type DatabaseSettings } from "./complete-database.ts";
import { completeNotify, type NotifySettings } from "./complete-notify.ts";
import { completeSites, type DefaultSite, type SiteSettings } from "./complete-sites.ts";
import { type DeepReadonly, deepFreeze } from "./frozen.ts";
import type { ParsedConfiguration } from "./schema.ts";
import type { StageSettings } from "./stage-settings.ts";
import { withAbsolute } from "./with-absolute.ts";

export type FtpSettings = DeepReadonly<Omit<NonNullable<ParsedConfiguration["ftp"]>, "enabled" | "host" | "port">> & {
  readonly enabled: true;
  readonly host: string;
  readonly port: number;
};

type Sections = Omit<
  ParsedConfiguration,
  "database" | "cache" | "api" | "register" | "notify" | "worker" | "stages" | "sites" | "ftp" | "host"
>;

/** The configuration as the apps get it: frozen, with every default filled in and every path absolute. */
export type Configuration = DeepReadonly<Sections> & {
  readonly database: DatabaseSettings;
  readonly cache: { readonly servers: readonly string[] };
  readonly api: DeepReadonly<ParsedConfiguration["api"]> & { readonly socket: string };
  /** The bots that this downloader registers with. */
  readonly register: readonly BotSettings[];
  readonly notify: NotifySettings;
  readonly worker: DeepReadonly<Omit<ParsedConfiguration["worker"], "ytdlp">> & {
    readonly downloads: string;
    readonly ytdlp: YtdlpSettings;
  };
  /** The built-in ones and the written ones. */
  readonly stages: Readonly<Record<string, StageSettings>>;
  readonly sites: Readonly<Record<string, SiteSettings>>;
  /** For links of no site in `sites`. */
  readonly defaultSite: DefaultSite;
  /** The written name of this host; undefined: the one that is remembered in `data`. */
  readonly host: string | undefined;
  /** undefined if nothing is delivered: files then stay in worker.downloads. */
  readonly ftp: FtpSettings | undefined;
};

export type YtdlpSettings = {
  /** The first of `commands`. */
  readonly command: readonly string[];
  /** At least one, by name, in the order in which they are tried; `default` is worker.ytdlp.command. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  /** Whether yt-dlp stays in memory while there is work. */
  readonly keepLoaded: boolean;
  readonly update: YtdlpUpdateSettings;
};

/** The versions of yt-dlp that dwld fetches itself. */
export type YtdlpUpdateSettings = {
  /** False: `default` is the operator's own (worker.ytdlp.command), and dwld fetches none. */
  readonly isManaged: boolean;
  readonly channel: "stable" | "nightly" | "off";
  readonly everyHours: number;
  /** The address of a repository; undefined: that of the channel. */
  readonly mirror: string | undefined;
  /** The public key that signs the releases; undefined: that of yt-dlp. */
  readonly keyFile: string | undefined;
};

/** Below the 107 bytes of a UNIX socket's path (unix(7)), so that a longer name beside it is possible. */
const maxSocketBytes = 100;

/**
 * Fills in the defaults that follow from other keys.
 *
 * @param folder holds the configuration file. Relative paths begin there, wherever the process was started.
 */
export function completeConfiguration(parsed: ParsedConfiguration, folder: string): Configuration {
  const data = resolve(folder, parsed.data);
  const stages = Object.entries(parsed.stages).map(([name, stage]) => [name, withAbsolute(stage, "cookies", folder)]);
  return deepFreeze({
    ...parsed,
    data,
    database: completeDatabase(parsed.database, folder, data),
    cache: {
      servers: parsed.cache.servers?.map((server) => absoluteServer(server, folder)) ?? [defaultCacheServer(data)],
    },
    api: completeApi(parsed.api, folder, data),
    register: completeBots(parsed, folder),
    notify: completeNotify(parsed.notify, folder),
    worker: {
      ...parsed.worker,
      downloads: resolve(folder, parsed.worker.downloads ?? join(data, "downloads")),
      ytdlp: completeYtdlp(parsed.worker.ytdlp, folder),
    },
    stages: { ...builtInStages(data), ...(Object.fromEntries(stages) as ParsedConfiguration["stages"]) },
    ...completeSites(parsed),
    host: parsed.host,
    ftp: completeFtp(parsed.ftp, folder),
  });
}

function completeApi({ socket, tls, ...api }: ParsedConfiguration["api"], folder: string, data: string) {
  return {
    ...api,
    // Behind a proxy, callers from anywhere come from this machine. Certificates of clients are asked for to know them.
    tokens:
      api.tokens === "auto" && (api.trustedProxies.length > 0 || tls?.clientCaFile !== undefined)
        ? "required"
        : api.tokens,
    socket: resolve(folder, socket ?? defaultSocket(data)),
    ...(tls === undefined
      ? {}
      : {
          tls: (["certificateFile", "keyFile", "clientCaFile"] as const).reduce(
            (section, key) => withAbsolute(section, key, folder),
            tls,
          ),
        }),
  };
}

function completeYtdlp(
  { command, commands, keepLoaded, update }: ParsedConfiguration["worker"]["ytdlp"],
  folder: string,
): YtdlpSettings {
  const { channel, everyHours, mirror, keyFile } = update;
  // The operator looks after the programs that he names, and after the unnamed default beside them unless he asks for updates.
  const isManaged = command === undefined && (commands === undefined || (channel ?? "off") !== "off");
  const hasNoOther = isManaged || commands === undefined || Object.keys(commands).length === 0;
  const first = command ?? (hasNoOther ? ["yt-dlp"] : undefined);
  const all = Object.entries({ ...(first === undefined ? {} : { default: first }), ...commands });
  const absolute = all.map(([name, [program = "", ...rest]]): [string, string[]] => [
    name,
    // A name without a slash is looked up on the PATH.
    [program.includes("/") ? resolve(folder, program) : program, ...rest],
  ]);
  return {
    command: absolute[0]?.[1] ?? [],
    commands: Object.fromEntries(absolute),
    keepLoaded,
    update: {
      isManaged,
      channel: isManaged ? (channel ?? "stable") : "off",
      everyHours,
      mirror: mirror?.replace(/\/+$/, ""),
      keyFile: keyFile === undefined ? undefined : resolve(folder, keyFile),
    },
  };
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

function absoluteServer(server: string, folder: string): string {
  return server.startsWith("unix:") ? `unix:${resolve(folder, server.slice("unix:".length))}` : server;
}

/** Returns the server that `dwld up` starts. */
function defaultCacheServer(data: string): string {
  const beside = join(data, "memcached.sock");
  if (Buffer.byteLength(beside) <= maxSocketBytes) return `unix:${beside}`;
  return `unix:${join(tmpdir(), `dwld-${createHash("sha256").update(data).digest("hex").slice(0, 16)}.sock`)}`;
}
