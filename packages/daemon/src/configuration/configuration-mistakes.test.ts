import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError, type ConfigurationProblem } from "./configuration-error.ts";
import { parseConfiguration } from "./parse-configuration.ts";

const file = "/etc/dwld/dwld.yaml";

function problemsOf(text: string): readonly ConfigurationProblem[] {
  try {
    parseConfiguration(text, { file });
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    assert.equal(error.code, "configuration");
    return error.problems;
  }
  assert.fail(`nothing is wrong with:\n${text}`);
}

const messageOf = (text: string): string => new ConfigurationError(file, problemsOf(text)).message;

test("configuration: every mistake is reported at once, with its line, its path and what would be right", () => {
  const text = `api:
  listen: 127.0.0.1:70000
  htpp: 127.0.0.1:8890
worker:
  parallel: 0
  idleTimeoutSeconds: 30s
stages:
  plain: { cookies: 5 }
sites:
  youtube:
    hosts:
      - youtube.com
      - https://youtu.be/
    stages: [plian]
ftp:
  port: 21
log: { level: info }
log: { level: debug }
`;
  assert.deepEqual(messageOf(text).split("\n"), [
    `${file}:2: api.listen: port 70000 does not exist; ports go from 0 to 65535`,
    `${file}:3: api.htpp: there is no such key; did you mean http?`,
    `${file}:5: worker.parallel: 0 is too small; a whole number from 1 to 64`,
    `${file}:6: worker.idleTimeoutSeconds: "30s" is a text; a number of seconds from 1 to 86400, without a unit`,
    `${file}:8: stages.plain.cookies: is the number 5; a path, such as /etc/dwld/cookies/youtube`,
    `${file}:13: sites.youtube.hosts[1]: "https://youtu.be/" is a link, not a host name; write the name alone, such as youtube.com`,
    `${file}:14: sites.youtube.stages[0]: there is no stage "plian"; did you mean plain?`,
    `${file}:15: ftp.host: is missing; name the FTP server, or write enabled: false`,
    `${file}:18: log: stands here a second time; keep one of them`,
  ]);
});

const mistakes: readonly [yaml: string, message: RegExp][] = [
  // the shape
  ["- a", /^\S+yaml:1: is a list; a section with the keys data, database/],
  ["text", /"text" is a text; a section with the keys/],
  ["parallel: 2", /parallel: there is no such key; did you mean worker\.parallel or ftp\.parallel\?/],
  ["colour: red", /colour: there is no such key; known here: data, database, cache/],
  ["__proto__: { data: x }", /__proto__: there is no such key/],
  ["constructor: 1", /constructor: there is no such key/],
  ["unknown:", /unknown: there is no such key/],
  ["worker: 2", /worker: is the number 2; a section with the keys downloads, parallel/],
  ["worker: []", /worker: is a list; a section/],
  ["data:", /data: stands here without a value; a path, such as \/var\/lib\/dwld/],
  ["worker: { ytdlp: }", /worker\.ytdlp: stands here without a value; a section with the keys command/],
  ["stages: []", /stages: is a list; a section: a name on each line/],
  // values
  ["data: ~/dwld", /data: ~ is not expanded/],
  ['data: ""', /data: is empty; a path/],
  ['data: "a\\nb"', /data: "a\\nb" holds a control character/],
  [`data: ${"x".repeat(5000)}`, /data: is longer than 4096 letters/],
  ["worker: { parallel: 1.5 }", /parallel: is the number 1\.5; a whole number from 1 to 64/],
  ["worker: { parallel: 1e400 }", /worker\.parallel: .*; a whole number/],
  ["worker: { parallel: .nan }", /worker\.parallel: .*; a whole number/],
  ["worker: { parallel: 65 }", /parallel: 65 is too large/],
  ["worker: { wall: on }", /wall: "on" .*auto, required/],
  ["worker: { wall: required, allowPrivateHosts: true }", /wall: required and worker.allowPrivateHosts contradict/],
  ["worker: { allowPrivateHosts: yes }", /allowPrivateHosts: "yes" is a text; true or false/],
  [
    "worker: { ytdlp: { command: yt-dlp } }",
    /command: "yt-dlp" is a text; a list: the program, then its arguments, such as \[yt-dlp\]/,
  ],
  ["worker: { ytdlp: { command: [] } }", /command: the list is empty/],
  ["shutdown: { graceSeconds: -1 }", /graceSeconds: -1 is too small/],
  [
    "worker: { minFreeBytes: 2G }",
    /minFreeBytes: "2G" is no number of bytes; .*such as 2 GiB; the units are B, kB, MB/,
  ],
  ["worker: { minFreeBytes: 1.5 }", /minFreeBytes: is the number 1\.5; a number of bytes/],
  ["worker: { minFreeBytes: -1 }", /minFreeBytes: .*-1.*; a number of bytes/],
  ["worker: { minFreeBytes: 9e9 TiB }", /minFreeBytes: "9e9 TiB" is no number/],
  ["worker: { minFreeBytes: 9999999 TiB }", /minFreeBytes: "9999999 TiB" is too large/],
  [
    "limits: { perChat: { waitingTasks: 0 } }",
    /waitingTasks: 0 is too small; a whole number from 1 to 100000; without this key there is no limit$/m,
  ],
  ["worker: { maxWaitingBytes: 0 B }", /maxWaitingBytes: "0 B" is too small/],
  ["log: { level: verbose }", /level: "verbose" is not known here; one of trace, debug, info, warn, error/],
  ["cache: { servers: [localhost] }", /servers\[0\]: "localhost" is not an address/],
  ["cache: { servers: ['localhost:0'] }", /servers\[0\]: "localhost:0" has port 0/],
  ["cache: { servers: ['unix:'] }", /servers\[0\]: "unix:" names no path/],
  [`cache: { servers: ['unix:/${"x".repeat(120)}'] }`, /servers\[0\]: the path is longer than 107 bytes/],
  ["api: { hosts: ['*.nas.example'] }", /hosts\[0\]: "\*\.nas\.example" begins with a wildcard; write nas\.example/],
  [
    "api: { hosts: ['nas.example:80'] }",
    /hosts\[0\]: "nas\.example:80" has a port; write the name alone: nas\.example/,
  ],
  [
    "api: { hosts: ['a b', 'a@b', 'a%b', '-'] }",
    /hosts\[0\].*\n.*hosts\[1\].*\n.*hosts\[2\].*\n.*hosts\[3\]: "-" is not a host name/,
  ],
  // addresses together
  ["api: { http: '127.0.0.1:8888' }", /api\.http: 127\.0\.0\.1:8888 is the address of api\.listen too/],
  ["api: { listen: '127.0.0.1:8083' }", /health\.ftpSender: 127\.0\.0\.1:8083 is the address of api\.listen too/],
  // database
  ["database: { path: a, url: 'postgres://h/d' }", /database\.url: and database\.path contradict each other/],
  ["database: { passwordFile: a }", /database\.passwordFile: is of no use without database\.url/],
  ["database: { url: 'mysql://h/d' }", /url: is no address of a PostgreSQL database; an address such as/],
  ["database: { url: 'postgres://h/d', password: x }", /database\.password: there is no such key; did you mean passw/],
  [
    "database: { url: 'postgres://u:geheim@h/d' }",
    /url: holds a password, [^\n]*; leave it out, and name a file [^\n]*wordFile$/,
  ],
  [
    "database: { url: 'postgres://h/d?sslmode=require' }",
    /url: has a parameter "sslmode"; [^\n]* in database\.tls\.mode/,
  ],
  ["database: { url: 'postgres://h/d?options=-c' }", /url: has a parameter "options"; leave it out/],
  ["database: { url: 'postgres://h' }", /url: names no database; write its name/],
  ["database: { url: 'postgres://h/d/e' }", /url: goes on behind the name of the database/],
  ["database: { url: 'postgres:///d' }", /url: names no server; write its host, or the folder of its UNIX socket/],
  [
    "database: { url: 'postgres://a,/d' }",
    /url: "" is no host name; write host or host:port; between several, a comma/,
  ],
  ["database: { url: 'postgres://u:ge/heim@h/d' }", /url: holds a password, [^"]*$/m],
  ["database: { url: 'postgres://h/d?password=geheim' }", /url: has a parameter "password"; name a file [^=]*$/m],
  ["database: { url: 'postgres://a:0/d' }", /url: port "0" does not exist/],
  ["database: { url: 'postgres://a b/d' }", /url: .* is no /],
  ["database: { url: 'postgres://h/%ff' }", /url: is no address/],
  ["database: { url: 'postgres://h/d?host=/run/postgresql' }", /url: names a host and, as a parameter, a UNIX socket/],
  ["database: { url: 'postgres:///d?host=db' }", /url: "db" is no folder of a UNIX socket/],
  [
    "database: { url: 'postgres://h/d', directUrl: 'postgres://h/e' }",
    /directUrl: leads to the database "e", .* to "d"/,
  ],
  [
    "database: { url: 'postgres://h/d', directUrl: 'postgres://u@h/d' }",
    /directUrl: has another user than database\.url/,
  ],
  [
    "database: { url: 'postgres://h/d', owner: {} }",
    /database\.owner\.user: is missing; the user that owns the tables/,
  ],
  ["database: { url: 'postgres:///d?host=/run', tls: { mode: verify } }", /tls\.mode: is of no use: .* UNIX socket/],
  [
    "database: { url: 'postgres://h/d', tls: { mode: none, caFile: /x } }",
    /database\.tls\.caFile: is of no use without/,
  ],
  [
    "database: { url: 'postgres://h/d', tls: { mode: require } }",
    /tls\.mode: "require" is not known here; one of verify,/,
  ],
  // ftp
  ["ftp: { hots: nas }", /ftp\.hots: there is no such key; did you mean host\?/],
  [
    "ftp: { host: 'ftp://nas/x' }",
    /ftp\.host: "ftp:\/\/nas\/x" is not a host name; write the host name or IP address alone/,
  ],
  ["ftp: { host: nas, password: geheim }", /ftp\.password: there is no such key; did you mean passwordFile\?/],
  ["ftp: { host: nas, directory: ../x }", /ftp\.directory: leads upwards/],
  ["ftp: { host: nas, path: '/{name}' }", /ftp\.path: begins with a slash; write it without/],
  ["ftp: { host: nas, path: 'a\\{name}' }", /ftp\.path: holds a backslash/],
  ["ftp: { host: nas, path: 'a/../{name}' }", /ftp\.path: leads upwards, or nowhere/],
  ["ftp: { host: nas, path: '{titel}.{ext}' }", /ftp\.path: "\{titel\}" is no field; did you mean \{title\}\?/],
  ["ftp: { host: nas, path: '{uploader}.{ext}' }", /"\{uploader\}" is no field; fields are \{user_name\}, \{folder\}/],
  ["ftp: { host: nas, path: '{title.{ext}' }", /ftp\.path: has a brace without its other one/],
  ["ftp: { host: nas, path: '{title}' }", /ftp\.path: its last part has no file's ending; let it end with \{name\}/],
  ["ftp: { host: nas, path: '{name}/' }", /ftp\.path: its last part has no file's ending/],
  ["ftp:\n  host: nas\n  path: {name}", /ftp\.path: is a section; a path with fields in braces, in quotes/],
  ["ftp: { host: nas, path: '' }", /ftp\.path: is empty; a path with fields in braces[^\n]*$/],
  ["ftp: { host: nas, conflict: replace }", /conflict: "replace" is not known here; one of rename, overwrite, skip/],
  ["ftp: { host: nas, verify: sha256 }", /verify: "sha256" is not known here; one of size, hash, readback/],
  ["ftp: { host: nas, tls: { caFile: /x } }", /ftp\.tls\.caFile: is of no use without TLS/],
  [
    "ftp: { host: nas, tls: { mode: explicit, fingerprint: 'AA:BB' } }",
    /fingerprint: "AA:BB" is not known here; a SHA-256 fingerprint/,
  ],
  [`api: { tls: ${tlsWith("")} }`, /clientCertificates: is of no use without clientCaFile/],
  [`api: { tokens: off, tls: ${tlsWith("clientCaFile: a")} }`, /clientCertificates: and api\.tokens: off contradict/],
  [`api: { tls: ${tlsWith("clientCaFile: a", 2)} }`, /\[1\]\.fingerprint: is that of clientCertificates\[0\] too/],
  [`api: { tls: ${tlsWith("clientCaFile: a", 1, "admin")} }`, /\[0\]\.chats: are of no use to an admin/],
  [`api: { tls: ${tlsWith("clientCaFile: a", 1, "owner")} }`, /role: "owner" is not known here; one of admin, user/],
  [
    `api: { tls: ${tlsWith("clientCaFile: a").replace("'42'", "42")} }`,
    /chats\[0\]: is the number 42; a list of up to 20 chats, each in quotation marks/,
  ],
  ["ftp: { enabled: false, port: 0 }", /ftp\.port: 0 is too small/],
  ["ftp: nas.example", /ftp: "nas\.example" is a text; a section with the keys enabled, host/],
  // the YAML itself
  ["a:\n\tb: 1", /^\S+yaml:2: a tab indents this line; YAML indents with spaces/],
  ["api: [1, 2\nlog: x", /:2: .*; correct the YAML here, or in the lines above/],
  ["ftp:\n  port: 1\n  port: 2\n  host: a", /:3: ftp\.port: stands here a second time/],
  ["log: { level: info }\n---\nlog: { level: info }", /:2: a second document begins here/],
  ["? [a]\n: 1", /:1: this key is not a text/],
  ["data: !secret x", /:1: Unresolved tag: !secret/],
  ["data: *nowhere", /Unresolved alias.*nowhere/],
  ["{".repeat(100_000), /nests too deep/],
  ["- ".repeat(100_000), /nests too deep/],
  ["# x\n".repeat(100_000), /is larger than 256 KiB/],
];

for (const [yaml, message] of mistakes) {
  test(`configuration: refuses ${JSON.stringify(yaml.slice(0, 70))}`, () => assert.match(messageOf(yaml), message));
}

test("configuration: one slip of the YAML is one mistake, however much stands below it", () => {
  const text = `CON\n# a comment\ndata: /x\nlog: { level: info }\ncache: { servers: [] }\n`;
  assert.deepEqual(
    problemsOf(text).map(({ line }) => line),
    [3],
  );
});

test("configuration: a message shows a hidden character of the file, and sends none to the terminal", () => {
  assert.match(messageOf('data: "/a\u009Db"'), /\/a\\u009db/);
  assert.match(messageOf('"a\u202Eb": 1'), /a\\u202eb: there is no such key/);
});

test("configuration: aliases that multiply are refused before they fill the memory", () => {
  const lines = Array.from(
    "bcdefghij",
    (letter, index) => `${letter}: &${letter} [${Array(9).fill(`*${"abcdefghi"[index]}`).join(",")}]`,
  );
  assert.match(messageOf(["a: &a [x,x,x,x,x,x,x,x,x]", ...lines].join("\n")), /alias/i);
});

test("configuration: a mistake inside an alias is reported where the alias stands", () => {
  assert.deepEqual(
    problemsOf("stages:\n  a: &a { formt: b }\n  c: *a\n").map(({ path, line }) => [path, line]),
    [
      ["stages.a.formt", 2],
      ["stages.c.formt", 3],
    ],
  );
});

test("configuration: a value that is wrong in two ways is one mistake", () => {
  assert.deepEqual(
    problemsOf("worker: { parallel: -1.5 }").map(({ path }) => path),
    ["worker.parallel"],
  );
});

test("configuration: no message quotes a secret", () => {
  const text = messageOf(
    'ftp: { host: "ftp://dwld:geheim@nas", password: geheim }\nstages: { a: { proxy: "socks9://u:geheim@h", arguments: ["--video-password geheim", --, "x"] } }\ntoken: geheim\n',
  );
  assert.ok(!text.includes("geheim"), text);
});

function tlsWith(more: string, count = 1, role = "user"): string {
  const row = `{ fingerprint: ${"ab".repeat(32)}, name: bot, role: ${role}, chats: ['42'] }`;
  const rows = Array.from({ length: count }, () => row).join(", ");
  return `{ certificateFile: c, keyFile: k, clientCertificates: [${rows}]${more === "" ? "" : `, ${more}`} }`;
}
