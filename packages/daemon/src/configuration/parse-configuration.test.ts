import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import type { Configuration } from "./complete-configuration.ts";
import { builtInStages } from "./built-in-sites.ts";
import { configurationJsonSchema } from "./json-schema.ts";
import { parseConfiguration } from "./parse-configuration.ts";

const file = "/etc/dwld/dwld.yaml";
const parse = (text: string, data?: string): Configuration =>
  parseConfiguration(text, data === undefined ? { file } : { file, data });

test("configuration: an empty file has all defaults", () => {
  const expected = {
    data: "/var/lib/dwld",
    database: { path: "/var/lib/dwld/dwld.sqlite" },
    cache: { servers: ["unix:/var/lib/dwld/memcached.sock"] },
    api: {
      listen: "127.0.0.1:8888",
      http: "127.0.0.1:8890",
      socket: "/run/dwld/api.socket",
      tokens: "auto",
      plaintext: false,
      trustedProxies: [],
      hosts: [],
    },
    limits: { perAddress: { connections: 500, streams: 400 }, perChat: { playlistEntries: 100 }, perToken: {} },
    register: [],
    notify: { targets: [], taskUrls: [] },
    worker: {
      downloads: "/var/lib/dwld/downloads",
      parallel: 2,
      minFreeBytes: 2 * 1024 ** 3,
      allowPrivateHosts: false,
      wall: "auto",
      idleTimeoutSeconds: 120,
      minBytesPerSecond: 2000,
      slowAfterSeconds: 600,
      maxMemoryBytes: 4 * 1024 ** 3,
      maxAttempts: 10,
      maxTotalHours: 72,
      thumbnails: true,
      ytdlp: {
        command: ["yt-dlp"],
        commands: { default: ["yt-dlp"] },
        keepLoaded: true,
        update: { isManaged: true, channel: "stable", everyHours: 24, mirror: undefined, keyFile: undefined },
      },
    },
    stages: builtInStages("/var/lib/dwld"),
    sites: parse("sites: { other: { hosts: [other.example] } }").sites,
    defaultSite: {
      hosts: [],
      stages: ["default", "single", "browser", "proxy"],
      parallel: 1,
      startIntervalSeconds: 0,
      maxAttempts: 10,
      maxTotalHours: 72,
    },
    ftp: undefined,
    health: { api: "127.0.0.1:8081", worker: "127.0.0.1:8082", ftpSender: "127.0.0.1:8083", profiling: false },
    shutdown: { graceSeconds: 30 },
    history: { keepDays: 90 },
    host: undefined,
    hosts: { lostAfterHours: 0 },
    log: { level: "info", format: "auto" },
  };
  const { other: _, ...builtIn } = expected.sites;
  expected.sites = builtIn;
  for (const text of ["", "# nothing\n", "---\n", "\u{feff}", "worker:\n# parallel: 2\nftp:\nsites:\nregister:\n"])
    assert.deepEqual(parse(text), expected);
});

test("configuration: one with every key is read as written", () => {
  const configuration = parse(`
data: /srv/dwld
database: { path: /srv/db.sqlite }
cache: { servers: ["127.0.0.1:11211", "unix:/run/cache.sock", "[::1]:11211"] }
api: { listen: "0.0.0.0:1", http: "[::]:2", hosts: [NAS.example] }
limits:
  perAddress: { connections: 20, streams: 10, addsPerMinute: 600 }
  perChat: { addsPerMinute: 30, waitingTasks: 100, bytesPerDay: 50 GB, playlistEntries: 5 }
  perToken: { streams: 3, addsPerMinute: 60, waitingTasks: 200, bytesPerDay: 1 TB }
worker:
  { downloads: /srv/videos, parallel: 3, minFreeBytes: 0, maxWaitingBytes: 50 GB, allowPrivateHosts: true, idleTimeoutSeconds: 0x10, maxAttempts: 4, ytdlp: { command: [python3, -m, yt_dlp] } }
stages:
  plain:
  cookies: { cookies: /etc/c, format: b, sort: res, proxy: "socks5h://u:p@127.0.0.1:1080", extractorArgs: youtube:player_client=tv, arguments: [--retry-sleep, "exp=1:30"] }
sites: { youtube: { hosts: [YouTube.com, youtu.be.], stages: [plain, cookies, default], parallel: 1 }, rest: { hosts: [пример.рф, "::1"] } }
ftp:
  host: nas
  user: dwld
  passwordFile: /etc/dwld/ftp-password
  directory: /videos
  path: "{site}/{title} [{id}].{ext}"
  conflict: skip
  verify: readback
  tls: { mode: implicit, caFile: /etc/ca.pem, fingerprint: ${"ab:".repeat(31)}ab }
  parallel: 4
  idleTimeoutSeconds: 30.5
  giveUpAfterHours: 1
health: { api: "127.0.0.1:0", worker: "127.0.0.1:0", ftpSender: "127.0.0.1:0" }
shutdown: { graceSeconds: 0 }
history: { keepDays: 7 }
host: nas
hosts: { lostAfterHours: 48 }
log: { level: debug }
`);
  assert.deepEqual(configuration.database, { path: "/srv/db.sqlite" });
  assert.deepEqual(configuration.limits, {
    perAddress: { connections: 20, streams: 10, addsPerMinute: 600 },
    perChat: { addsPerMinute: 30, waitingTasks: 100, bytesPerDay: 50e9, playlistEntries: 5 },
    perToken: { streams: 3, addsPerMinute: 60, waitingTasks: 200, bytesPerDay: 1e12 },
  });
  assert.equal(configuration.worker.downloads, "/srv/videos");
  assert.equal(configuration.worker.idleTimeoutSeconds, 16);
  assert.deepEqual([configuration.worker.minFreeBytes, configuration.worker.maxWaitingBytes], [0, 50e9]);
  assert.deepEqual(configuration.worker.ytdlp.command, ["python3", "-m", "yt_dlp"]);
  assert.deepEqual(configuration.stages, {
    ...builtInStages("/srv/dwld"),
    plain: { extractorArgs: [], arguments: [] },
    cookies: {
      cookies: "/etc/c",
      format: "b",
      sort: "res",
      proxy: "socks5h://u:p@127.0.0.1:1080",
      extractorArgs: ["youtube:player_client=tv"],
      arguments: ["--retry-sleep", "exp=1:30"],
    },
  });
  const bounds = { startIntervalSeconds: 0, maxAttempts: 4, maxTotalHours: 72 };
  const { youtube, rest } = configuration.sites;
  assert.deepEqual(youtube, {
    ...bounds,
    hosts: ["youtube.com", "youtu.be"],
    stages: ["plain", "cookies", "default"],
    parallel: 1,
    startIntervalSeconds: 2,
  });
  assert.deepEqual(rest, {
    ...bounds,
    hosts: ["xn--e1afmkfd.xn--p1ai", "[::1]"],
    stages: ["default", "single", "browser", "proxy"],
  });
  assert.deepEqual(configuration.ftp, {
    enabled: true,
    host: "nas",
    port: 990,
    user: "dwld",
    passwordFile: "/etc/dwld/ftp-password",
    directory: "/videos",
    path: "{site}/{title} [{id}].{ext}",
    conflict: "skip",
    verify: "readback",
    tls: { mode: "implicit", caFile: "/etc/ca.pem", fingerprint: `${"AB:".repeat(31)}AB` },
    parallel: 4,
    idleTimeoutSeconds: 30.5,
    giveUpAfterHours: 1,
  });
});

const sizes = [
  ["1000", 1000],
  ["1 kB", 1000],
  ["1KB", 1000],
  ["2 GiB", 2 ** 31],
  ["1.5 TiB", 1.5 * 2 ** 40],
] as const;

for (const [text, bytes] of sizes)
  test(`configuration: ${text} is ${bytes} bytes`, () => {
    assert.equal(parse(`worker: { minFreeBytes: ${text} }`).worker.minFreeBytes, bytes);
  });

test("configuration: the value is frozen to its depth", () => {
  const configuration = parse("sites: { a: { hosts: [a.example] } }");
  assert.throws(() => Object.assign(configuration.worker, { parallel: 9 }), TypeError);
  assert.throws(() => (configuration.api.hosts as string[]).push("b"), TypeError);
});

test("configuration: paths below data follow it, and --data goes before the file", () => {
  assert.deepEqual(parse("data: /srv").database, { path: "/srv/dwld.sqlite" });
  const configuration = parse("data: /srv\ndatabase: { path: /fast/dwld.sqlite }", "/home/x/data");
  assert.equal(configuration.data, "/home/x/data");
  assert.equal(configuration.worker.downloads, "/home/x/data/downloads");
  assert.deepEqual(configuration.database, { path: "/fast/dwld.sqlite" });
});

test("configuration: a relative path begins at the file's folder", () => {
  const configuration = parse(
    "data: data\nstages: { c: { cookies: ../cookies } }\nworker: { ytdlp: { command: [./yt-dlp, x/y] } }\ncache: { servers: [unix:run/c.sock] }",
  );
  assert.equal(configuration.data, "/etc/dwld/data");
  assert.equal(configuration.stages["c"]?.cookies, "/etc/cookies");
  assert.deepEqual(configuration.worker.ytdlp.command, ["/etc/dwld/yt-dlp", "x/y"]);
  assert.deepEqual(configuration.cache.servers, ["unix:/etc/dwld/run/c.sock"]);
});

test("configuration: the default cache's socket has a path of possible length, the same for the same data", () => {
  const data = `/srv/${"long/".repeat(20)}`;
  const [server = ""] = parse("", data).cache.servers;
  assert.match(server, new RegExp(`^unix:${tmpdir()}/dwld-[0-9a-f]{16}\\.sock$`));
  assert.deepEqual(parse("", data).cache.servers, [server]);
  assert.notDeepEqual(parse("", `${data}x`).cache.servers, [server]);
});

test("configuration: delivery is off without an enabled ftp section, however little is written of it", () => {
  for (const text of ["", "ftp:", "ftp: { enabled: false }", "ftp: { enabled: false, host: nas }"])
    assert.equal(parse(text).ftp, undefined);
  assert.deepEqual(parse("ftp: { host: nas }").ftp, {
    enabled: true,
    host: "nas",
    port: 21,
    user: "anonymous",
    directory: "/",
    path: "{user_name}/{folder}/{name}",
    conflict: "rename",
    verify: "size",
    tls: { mode: "none" },
    parallel: 4,
    idleTimeoutSeconds: 60,
    giveUpAfterHours: 72,
  });
});

test("configuration: an alias may save writing a stage twice", () => {
  const configuration = parse("stages: { a: &a { format: b }, c: *a }");
  assert.equal(configuration.stages["c"]?.format, "b");
});

test("configuration: the JSON Schema for editors describes every key and survives JSON", () => {
  const schema = JSON.parse(JSON.stringify(configurationJsonSchema())) as {
    properties: Record<string, unknown>;
    additionalProperties: boolean;
  };
  assert.deepEqual(
    Object.keys(schema.properties),
    Object.keys(parse(""))
      .filter((key) => key !== "defaultSite")
      .toSorted((a, b) => Object.keys(schema.properties).indexOf(a) - Object.keys(schema.properties).indexOf(b)),
  );
  assert.equal(schema.additionalProperties, false);
});
