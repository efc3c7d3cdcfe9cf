import { z } from "zod";
import { stageArguments } from "./stage-arguments.ts";
import {
  address,
  canonicalHost,
  duration,
  flag,
  hostName,
  list,
  name,
  oneOf,
  path,
  server,
  text,
  wholeNumber,
} from "./values.ts";

/**
 * Every key of the configuration file. Defaults that depend on `data` or on another key are filled in by
 * complete-configuration.ts; what two keys together may not say is in cross-checks.ts.
 */

const database = z.strictObject({
  path: path("/var/lib/dwld/dwld.sqlite")
    .optional()
    .describe("The task table, an SQLite file. Default: dwld.sqlite below data."),
});

const cache = z.strictObject({
  servers: list(server("127.0.0.1:11211"), { min: 0, right: 'a list of servers, such as ["127.0.0.1:11211"]' })
    .optional()
    .describe(
      "memcached, for live progress. Default: the one `dwld up` starts. []: none; progress is then a few seconds older.",
    ),
});

const api = z.strictObject({
  listen: address("127.0.0.1:8888").default("127.0.0.1:8888").describe("gRPC, over plaintext HTTP/2."),
  http: address("127.0.0.1:8890")
    .default("127.0.0.1:8890")
    .describe("Connect, gRPC-Web and JSON, over HTTP/1.1; the dwld command uses it."),
  hosts: list(hostName("nas.example"), { min: 0, right: "a list of host names, such as [nas.example]" })
    .default([])
    .describe("The names, beside those of the loopback interface, that the HTTP listener answers to."),
});

const worker = z.strictObject({
  downloads: path("/var/lib/dwld/downloads")
    .optional()
    .describe("Where files are downloaded to. Default: downloads below data."),
  parallel: wholeNumber(1, 64).default(2).describe("Downloads at once."),
  playlistLimit: wholeNumber(1, 10_000).default(100).describe("The most entries of one playlist that become tasks."),
  allowPrivateHosts: flag().default(false).describe("Whether links may lead to this machine and to private networks."),
  idleTimeoutSeconds: duration("seconds", 1, 86_400)
    .default(120)
    .describe("A download that receives nothing for so long is ended and tried again."),
  maxAttempts: wholeNumber(1, 1000).default(10).describe("Attempts until a task has failed."),
  ytdlp: z
    .strictObject({
      command: list(text("a program or an argument"), {
        min: 1,
        right: "a list: the program, then its arguments, such as [yt-dlp]",
      })
        .default(["yt-dlp"])
        .describe("The program and the arguments that stand before all others."),
    })
    .prefault({}),
});

const stage = z.strictObject({
  cookies: path("/etc/dwld/cookies/youtube")
    .exactOptional()
    .describe("A cookie file in Netscape format; it is copied, never written."),
  format: text("a format selector of yt-dlp, such as bv*+ba/b").exactOptional().describe("yt-dlp's --format."),
  sort: text("a sort order of yt-dlp, such as res,vcodec:h264")
    .exactOptional()
    .describe("yt-dlp's --format-sort, after what target_quality asks for."),
  proxy: z
    .string({ error: "the URL of a proxy, such as socks5://127.0.0.1:1080" })
    .regex(/^(|(https?|socks4a?|socks5h?):\/\/[^\s/]+\/?)$/i, {
      error: "http, https, socks4, socks4a, socks5 or socks5h, such as socks5://127.0.0.1:1080",
    })
    .exactOptional()
    .describe("yt-dlp's --proxy; empty: none, whatever the environment says."),
  extractorArgs: z
    .union([text("extractor arguments"), list(text("extractor arguments"), { min: 0, right: "a list of texts" })], {
      error: "a text or a list of texts, such as youtube:player_client=tv",
    })
    .transform((value) => (typeof value === "string" ? [value] : value))
    .default([])
    .describe("yt-dlp's --extractor-args, once for each text."),
  arguments: stageArguments.default([]).describe("More arguments for yt-dlp."),
});

const site = z.strictObject({
  hosts: list(hostName("youtube.com"), { min: 1, right: "a list of host names, such as [youtube.com, youtu.be]" })
    .transform((hosts) => hosts.map((host) => canonicalHost(host) ?? host))
    .describe("The site of a link is the one whose host its own host is or ends with."),
  stages: list(text("the name of a stage"), { min: 1, right: "a list of stages, the first one tried first" })
    .default(["default"])
    .describe("The stages to try, in this order."),
  parallel: wholeNumber(1, 64)
    .exactOptional()
    .describe("Downloads from this site at once. Default: one less than worker.parallel, at least 1."),
});

const ftp = z.strictObject({
  enabled: flag().default(true).describe("false: files stay in worker.downloads."),
  host: text("a host name or an IP address, such as nas.example").exactOptional().describe("The FTP server."),
  port: wholeNumber(1, 65_535).exactOptional().describe("Default: 21; 990 where tls.mode is implicit."),
  user: text("a user name").default("anonymous").describe("The user to log in as."),
  passwordFile: path("/etc/dwld/ftp-password")
    .exactOptional()
    .describe("A file that holds the password, and nothing else."),
  directory: text("a folder on the server, such as /videos")
    .default("/")
    .describe("The folder on the server below which files are put."),
  tls: z
    .strictObject({
      mode: oneOf(["none", "explicit", "implicit"])
        .default("none")
        .describe("explicit: AUTH TLS on the plain port; implicit: TLS from the first byte."),
      caFile: path("/etc/dwld/nas-ca.pem")
        .exactOptional()
        .describe("A PEM file with the authority that signed the server's certificate."),
      fingerprint: z
        .string({ error: "a SHA-256 fingerprint: 32 pairs of hexadecimal digits, with or without colons" })
        .regex(/^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i, {
          error: "a SHA-256 fingerprint: 32 pairs of hexadecimal digits, with or without colons",
        })
        .transform((digits) => (digits.toUpperCase().replaceAll(":", "").match(/../g) ?? []).join(":"))
        .exactOptional()
        .describe("The SHA-256 fingerprint of the server's certificate; with it no authority is asked."),
    })
    .prefault({}),
  parallel: wholeNumber(1, 64).default(2).describe("Uploads at once."),
  idleTimeoutSeconds: duration("seconds", 1, 86_400)
    .default(60)
    .describe("An upload that moves nothing for so long is ended and tried again."),
  giveUpAfterHours: duration("hours", 0.001, 8760)
    .default(72)
    .describe("A delivery that did not succeed for so long has failed."),
});

const health = z.strictObject({
  api: address("127.0.0.1:8081").default("127.0.0.1:8081").describe("Where the api answers /healthz and /readyz."),
  worker: address("127.0.0.1:8082").default("127.0.0.1:8082").describe("Where the worker does."),
  ftpSender: address("127.0.0.1:8083").default("127.0.0.1:8083").describe("Where the sender does."),
});

export const configurationSchema = z.strictObject({
  data: path("/var/lib/dwld")
    .default("/var/lib/dwld")
    .describe("The folder for everything that has no path of its own."),
  database: database.prefault({}),
  cache: cache.prefault({}),
  api: api.prefault({}),
  worker: worker.prefault({}),
  stages: z
    .record(name("stage"), stage)
    .default({})
    .describe("Named sets of yt-dlp settings. `default` is there without being named."),
  sites: z
    .record(name("site"), site)
    .default({})
    .describe("Named sites; all others are served with the stage `default`."),
  ftp: ftp.optional().describe("The server that files are delivered to. Absent: files stay in worker.downloads."),
  health: health.prefault({}),
  shutdown: z
    .strictObject({
      graceSeconds: duration("seconds", 0, 3600)
        .default(30)
        .describe("How long running work may go on after the first signal."),
    })
    .prefault({}),
  history: z
    .strictObject({
      keepDays: duration("days", 0.001, 36_500).default(90).describe("How long tasks that have ended are kept."),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: oneOf(["trace", "debug", "info", "warn", "error"])
        .default("info")
        .describe("What is written to the log, and all above it."),
    })
    .prefault({}),
});

export type ParsedConfiguration = z.output<typeof configurationSchema>;
