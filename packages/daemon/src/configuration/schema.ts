import * as z from "zod";
import { logFormats } from "../logger/log-format.ts";
import { apiTls } from "./api-tls-schema.ts";
import { bot } from "./bot-schema.ts";
import { database } from "./database-schema.ts";
import { limits } from "./limits-schema.ts";
import { defaultPath } from "./default-path.ts";
import { pathTemplate } from "./path-template.ts";
import { notify } from "./notify-schema.ts";
import { site } from "./site-schema.ts";
import { stage } from "./stage-schema.ts";
import {
  address,
  bytes,
  fingerprint,
  flag,
  hostName,
  list,
  name,
  network,
  oneOf,
  path,
  quantity,
  server,
  text,
  wholeNumber,
} from "./values.ts";
import { ytdlp } from "./ytdlp-schema.ts";

/**
 * Every key of the configuration file. complete-configuration.ts fills in defaults that depend on another key, and
 * cross-checks.ts checks keys against each other.
 */

const cache = z.strictObject({
  servers: list(server("127.0.0.1:11211"), { min: 0, right: 'a list of servers, such as ["127.0.0.1:11211"]' })
    .optional()
    .describe(
      "memcached, for live progress. Default: the one `dwld up` starts. []: none; progress is then a few seconds older.",
    ),
});

const api = z.strictObject({
  listen: address("127.0.0.1:8888").default("127.0.0.1:8888").describe("gRPC, over plaintext HTTP/2."),
  http: address("127.0.0.1:8890").default("127.0.0.1:8890").describe("Connect, gRPC-Web and JSON, over HTTP/1.1."),
  socket: path("/run/dwld/api.socket")
    .exactOptional()
    .describe(
      "The same over a UNIX socket, for the dwld command of this machine, which needs no token there: who may write to the file is an admin. Default: /run/dwld/api.socket if data is /var/lib/dwld, else api.socket below data.",
    ),
  tokens: oneOf(["auto", "required", "off"])
    .default("auto")
    .describe(
      "Whether callers need a token, except on the socket. auto: as soon as one was made, and from the start if trustedProxies names one or tls.clientCaFile is set; required: from the start; off: never, so that everybody who reaches the api is an admin.",
    ),
  plaintext: flag()
    .default(false)
    .describe("Whether tokens may cross a network without TLS: for one that is encrypted itself, as a VPN is."),
  hosts: list(hostName("nas.example"), { min: 0, right: "a list of host names, such as [nas.example]" })
    .default([])
    .describe("The names, beside those of the loopback interface, that the HTTP and health listeners answer to."),
  trustedProxies: list(network("127.0.0.1"), { min: 0, right: "a list of addresses, such as [127.0.0.1, 10.0.0.0/8]" })
    .default([])
    .describe(
      "Reverse proxies: the address and the scheme of a client are taken from their X-Forwarded-For and X-Forwarded-Proto.",
    ),
  tls: apiTls
    .exactOptional()
    .describe(
      "TLS on api.listen and api.http, each of which then has all protocols. The files are read again each minute.",
    ),
});

const register = list(bot, { min: 0, right: "a list of bots, such as [{ address: http://bot.example:9000 }]" });

const worker = z.strictObject({
  downloads: path("/var/lib/dwld/downloads")
    .optional()
    .describe("The folder for downloads. Default: downloads below data."),
  parallel: wholeNumber(1, 64).default(2).describe("Downloads at once."),
  shared: name("shared folder")
    .exactOptional()
    .describe(
      "A name for the folder for downloads if other machines have it too, as over NFS, under the same path: machines with the same name here deliver each other's files. Default: it is this machine's alone.",
    ),
  minFreeBytes: bytes(0, "2 GiB")
    .prefault("2 GiB")
    .describe("Space that is kept free on the download folder's disk: with less, nothing new is downloaded. 0: none."),
  maxWaitingBytes: bytes(1, "50 GB")
    .exactOptional()
    .describe(
      "Most bytes that may wait for their delivery; while more wait, nothing new is downloaded. Default: no limit.",
    ),
  allowPrivateHosts: flag().default(false).describe("Whether links may lead to this machine and to private networks."),
  wall: oneOf(["auto", "required", "off"])
    .default("auto")
    .describe(
      "Whether yt-dlp and ffmpeg run in a network of their own, whose only way out is dwld's proxy. auto: if this machine allows it; required: the worker does not start without; off: never.",
    ),
  idleTimeoutSeconds: quantity("seconds", 1, 86_400)
    .default(120)
    .describe("Time without any data after which a download is ended and tried again."),
  minBytesPerSecond: bytes(0, "2 kB")
    .prefault("2 kB")
    .describe(
      "Average rate, over slowAfterSeconds, below which a download is ended and tried again; live streams are exempt. 0: no limit.",
    ),
  slowAfterSeconds: quantity("seconds", 1, 86_400)
    .default(600)
    .describe("Time for which a download may be slower than minBytesPerSecond."),
  maxMemoryBytes: bytes(64 * 1024 ** 2, "4 GiB")
    .prefault("4 GiB")
    .describe(
      "Most memory for yt-dlp and for each program it starts, since a page can be gigabytes when unpacked. Encoding takes 2 GiB for 4K, 8 GiB for 8K.",
    ),
  maxAttempts: wholeNumber(1, 1000)
    .default(10)
    .describe("Attempts after which a task fails. A site may have its own bound."),
  maxTotalHours: quantity("hours", 0.001, 8760)
    .default(72)
    .describe("Time after the first attempt at which a task fails. A site may have its own bound."),
  thumbnails: flag()
    .default(true)
    .describe("Fetches a small picture of each video beside the download, for the page: some 30 ms of a core."),
  ytdlp: ytdlp.prefault({}),
});

const ftp = z.strictObject({
  enabled: flag().default(true).describe("false: files stay in worker.downloads."),
  host: text("a host name or an IP address, such as nas.example").exactOptional().describe("The FTP server."),
  port: wholeNumber(1, 65_535).exactOptional().describe("Default: 21; 990 where tls.mode is implicit."),
  user: text("a user name").default("anonymous").describe("The user to log in as."),
  passwordFile: path("/etc/dwld/secrets/ftp-sender/ftp-password")
    .exactOptional()
    .describe("A file that holds the password and nothing else."),
  directory: text("a folder on the server, such as /videos")
    .default("/")
    .describe("The folder on the server below which files are put."),
  path: pathTemplate()
    .default(defaultPath)
    .describe(
      "Path of a file below the directory. Fields in braces are filled in; folders that are then empty are left out.",
    ),
  conflict: oneOf(["rename", "overwrite", "skip"])
    .default("rename")
    .describe(
      "What to do if a file of the same name has other content. rename: add (2) to the name; overwrite: replace the other file once the new one is verified; skip: keep the other, and do not send the file.",
    ),
  verify: oneOf(["size", "hash", "readback"])
    .default("size")
    .describe(
      "How a copy is verified. size: by its size, and by a hash if the server offers one; hash: by a hash, which the server must offer; readback: by its SHA-256, after reading it back.",
    ),
  tls: z
    .strictObject({
      mode: oneOf(["none", "explicit", "implicit"])
        .default("none")
        .describe("explicit: AUTH TLS on the plain port; implicit: TLS from the first byte."),
      caFile: path("/etc/dwld/nas-ca.pem")
        .exactOptional()
        .describe("A PEM file with the authority that signed the server's certificate."),
      fingerprint: fingerprint()
        .exactOptional()
        .describe("The SHA-256 fingerprint of the server's certificate, which replaces the check by an authority."),
    })
    .prefault({}),
  parallel: wholeNumber(1, 64).default(4).describe("Uploads at once."),
  idleTimeoutSeconds: quantity("seconds", 1, 86_400)
    .default(60)
    .describe("Time without progress after which an upload is ended and tried again."),
  giveUpAfterHours: quantity("hours", 0.001, 8760)
    .default(72)
    .describe(
      "Time after which a delivery fails. Problems that the operator has to solve on the server are waited out.",
    ),
});

const health = z.strictObject({
  api: address("127.0.0.1:8081").default("127.0.0.1:8081").describe("Where the api answers /healthz and /readyz."),
  worker: address("127.0.0.1:8082").default("127.0.0.1:8082").describe("The same for the worker."),
  ftpSender: address("127.0.0.1:8083").default("127.0.0.1:8083").describe("The same for the sender."),
  profiling: flag()
    .default(false)
    .describe("Whether /debug/pprof is served there too, to callers on this machine, for `go tool pprof`."),
});

export const configurationSchema = z.strictObject({
  data: path("/var/lib/dwld")
    .default("/var/lib/dwld")
    .describe("The folder for everything that has no path of its own."),
  database: database.prefault({}),
  cache: cache.prefault({}),
  api: api.prefault({}),
  limits: limits.prefault({}).describe("How much one address, one chat and one token may take."),
  register: register.default([]).describe("The bots that this downloader makes itself known to."),
  notify: notify.prefault({}).describe("Who is told what without asking."),
  worker: worker.prefault({}),
  stages: z
    .record(name("stage"), stage)
    .default({})
    .describe("Named sets of yt-dlp settings; each stands in for the built-in one of its name."),
  sites: z
    .record(name("site"), site)
    .default({})
    .describe("Named sites, key by key in place of the built-in ones; `default` is for all that none of them is."),
  ftp: ftp.optional().describe("The server that files are delivered to. Absent: files stay in worker.downloads."),
  health: health.prefault({}),
  shutdown: z
    .strictObject({
      graceSeconds: quantity("seconds", 0, 3600)
        .default(30)
        .describe("Time that running work may take after the first signal."),
    })
    .prefault({}),
  history: z
    .strictObject({
      keepDays: quantity("days", 0.001, 36_500).default(90).describe("Time for which ended tasks are kept."),
    })
    .prefault({}),
  host: name("host")
    .exactOptional()
    .describe(
      "The name of this machine among those that share a task table. Default: its hostname when dwld first started with this data folder, which is remembered there.",
    ),
  hosts: z
    .strictObject({
      lostAfterHours: quantity("hours", 0, 87_600)
        .default(0)
        .describe(
          "Time without a sign of life after which a machine counts as gone for good, so that what waits there for its delivery is downloaded again elsewhere. 0: never.",
        ),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: oneOf(["trace", "debug", "info", "warn", "error"])
        .default("info")
        .describe("The lowest level that is logged."),
      format: oneOf(logFormats)
        .default("auto")
        .describe(
          "json: a line of JSON for each event; text: a line for a person. auto: text on a terminal, else json.",
        ),
    })
    .prefault({}),
});

export type ParsedConfiguration = z.output<typeof configurationSchema>;
