import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError } from "./configuration-error.ts";
import { parseConfiguration } from "./parse-configuration.ts";

/** Mistakes in the sections `stages`, `sites` and `worker.ytdlp`, and their messages. */
const mistakes: readonly [yaml: string, message: RegExp][] = [
  ["stages: { 'a b': }", /stages\.a b: this name cannot be used; a stage is named/],
  ["stages: { a: { cookie: /x } }", /stages\.a\.cookie: there is no such key; did you mean cookies\?/],
  [
    "stages: { a: { proxy: 'ftp://u:geheim@h' } }",
    /proxy: "ftp:\/\/\[redacted\]@h" is not known here; http, https, socks4/,
  ],
  ["stages: { a: { extractorArgs: 1 } }", /extractorArgs: is the number 1; a text or a list of texts/],
  ["stages: { a: { extractorArgs: ['a:b=c', 1] } }", /extractorArgs\[1\]: is the number 1; extractor:name=value/],
  [
    "stages: { a: { extractorArgs: player_client=tv } }",
    /extractorArgs: "player_client=tv" is not of this form; extractor:name=value/,
  ],
  [
    "stages: { a: { extractorArgs: 'youtube-ejs:dev=true' } }",
    /extractorArgs: makes yt-dlp run code that it does not know; leave it out/,
  ],
  ["stages: { a: { container: avi } }", /container: "avi" is not known here; one of mp4, mkv, mov, webm/],
  ["stages: { a: { client: 'a;b' } }", /client: "a;b" is not known here; names of clients with commas between them/],
  [
    "stages: { a: { impersonate: 'chrome 131' } }",
    /impersonate: "chrome 131" is not known here; a browser, such as chrome/,
  ],
  ["stages: { a: { ipVersion: 5 } }", /ipVersion: 5 is not known here; 4 or 6/],
  ["stages: { a: { rateLimit: 5M } }", /rateLimit: there is no such key; did you mean rateLimitKilobytesPerSecond\?/],
  [
    "stages: { a: { rateLimitKilobytesPerSecond: 5M } }",
    /"5M" is a text; a number of kilobytes per second from 1 to 10000000/,
  ],
  [
    "stages: { a: { downloader: /usr/bin/curl } }",
    /downloader: "\/usr\/bin\/curl" is not known here; one of native, ffmpeg, aria2c/,
  ],
  [
    "stages: { a: { embed: [metadata, cover] } }",
    /embed\[1\]: "cover" is not known here; one of metadata, chapters, thumbnail, subtitles/,
  ],
  ["stages: { a: { ipVersion: 4, proxy: 'http://p' } }", /ipVersion: is of no use with a proxy/],
  ["stages: { a: { userAgent: x, impersonate: chrome } }", /userAgent: is of no use with impersonate/],
  [
    "stages: { a: { downloader: aria2c, concurrentFragments: 4 } }",
    /concurrentFragments: is of no use with another downloader/,
  ],
  [
    "stages: { a: { rateLimitKilobytesPerSecond: 100, throttledRateKilobytesPerSecond: 100 } }",
    /throttledRateKilobytesPerSecond: every download would seem slowed down .*; a number below/,
  ],
  [
    "stages: { a: { ytdlp: debain } }\nworker: { ytdlp: { commands: { debian: [y] } } }",
    /ytdlp: there is no yt-dlp "debain".*; did you mean debian\?/,
  ],
  [
    "stages: { a: { ytdlp: default } }\nworker: { ytdlp: { commands: { debian: [y] } } }",
    /ytdlp: there is no yt-dlp "default"/,
  ],
  ["worker: { ytdlp: { commands: { 2026: [y] } } }", /commands\.2026: a name of digits would lose its place/],
  [
    "worker: { ytdlp: { command: [x], commands: { default: [y] } } }",
    /commands\.default: is the name of worker\.ytdlp\.command/,
  ],
  [
    "worker: { ytdlp: { commands: { debian: yt-dlp } } }",
    /commands\.debian: "yt-dlp" is a text; a list: the program, then its arguments/,
  ],
  [
    "stages: { tv: { client: tv } }\nsites: { a: { hosts: [a.b], stages: [tv] } }",
    /sites\.a\.stages\[0\]: tv chooses a client, and the links of this site have none to choose from/,
  ],
  [
    "sites: { default: { hosts: [a.b] } }",
    /sites\.default\.hosts: default stands for all sites without a name; leave it out/,
  ],
  [
    "sites: { default: { startIntervalSeconds: 1 } }",
    /sites\.default\.startIntervalSeconds: default stands for all sites/,
  ],
  [
    "sites: { youtube: { stages: [youtube-cokies] } }",
    /stages\[0\]: there is no stage "youtube-cokies"; did you mean youtube-cookies\?/,
  ],
  [
    "stages: { a: { cookies: /c, arguments: [--cookies, /d] } }",
    /arguments\[0\]: --cookies has a key of its own; write it as the stage's cookies/,
  ],
  ["stages: { a: { arguments: [--proxy=x] } }", /arguments\[0\]: --proxy has a key of its own/],
  ["stages: { a: { arguments: [-fbest] } }", /arguments\[0\]: -f has a key of its own; write it as the stage's format/],
  ["stages: { a: { arguments: [-o, x] } }", /arguments\[0\]: dwld sets -o itself; leave it out/],
  ["stages: { a: { arguments: ['--exec=rm x'] } }", /arguments\[0\]: --exec runs other programs/],
  [
    "stages: { a: { arguments: [https://a.example] } }",
    /arguments\[0\]: "https:\/\/a\.example" is not an option; the first argument begins with -/,
  ],
  ["stages: { a: { arguments: [-4] } }", /arguments\[0\]: is the number -4; an argument, in quotes/],
  ["stages: { a: { arguments: [--write-subs, --] } }", /arguments\[1\]: -- would end the options/],
  ["stages: { a: { arguments: [--retries] } }", /arguments\[0\]: --retries has no value; a whole number/],
  [
    "stages: { a: { arguments: [--retries, infinite] } }",
    /arguments\[1\]: this is no value for --retries; a whole number/,
  ],
  ["stages: { a: { arguments: [--retries=x] } }", /arguments\[0\]: this is no value for --retries; a whole number/],
  [
    "stages: { a: { arguments: [--retries, --exec=x] } }",
    /arguments\[1\]: --retries would take the next option for its value; --retries=VALUE/,
  ],
  ["stages: { a: { arguments: [--write-subs=x] } }", /arguments\[0\]: --write-subs takes no value/],
  ["stages: { a: { arguments: [--write-subs, https://a.example] } }", /arguments\[1\]: .* is not an option/],
  [
    "stages: { a: { arguments: [--retries 5] } }",
    /arguments\[0\]: more than the option --retries stands here; .*--retries=VALUE/,
  ],
  [
    "stages: { a: { arguments: [--retris, '5'] } }",
    /arguments\[0\]: --retris is none of the options that may stand here; did you mean --retries\?$/,
  ],
  ["stages: { a: { arguments: [--exe, x] } }", /arguments\[0\]: --exe is none of the options/],
  [
    "stages: { a: { arguments: [-Fx] } }",
    /arguments\[0\]: -F is none of the options that may stand here; write the long names/,
  ],
  [
    "stages: { a: { arguments: [--password=geheim] } }",
    /arguments\[0\]: what --password says can be read by every user/,
  ],
  [
    "stages: { a: { arguments: [--add-headers, 'Cookie:a=b'] } }",
    /arguments\[1\]: this is no value for --add-headers; Name:value/,
  ],
  [
    "stages: { a: { arguments: [--no-check-certificates] } }",
    /--no-check-certificates makes the connection one that nobody/,
  ],
  ["stages: { a: { arguments: [--extract-audio] } }", /--extract-audio depends on what a task asks for; leave it out/],
  ["sites: { a: }", /sites\.a: stands here without a value; a section with the keys hosts, stages, parallel/],
  ["sites: { a: { stages: [default] } }", /sites\.a\.hosts: is missing; a list of host names/],
  [
    "sites: { a: { hosts: [], stages: [] } }",
    /sites\.a\.hosts: the list is empty.*\n.*sites\.a\.stages: the list is empty/,
  ],
  ["sites: { a: { hosts: [a.b], stages: [default, default] } }", /stages\[1\]: default stands here a second time/],
  [
    "sites: { a: { hosts: [a.b], stages: [toString] } }",
    /stages\[0\]: there is no stage "toString"; the stages are default/,
  ],
  ["sites: { a: { hosts: [a.b] }, b: { hosts: [A.B.] } }", /sites\.b\.hosts\[0\]: a\.b belongs to the site a already/],
];

for (const [yaml, message] of mistakes) {
  test(`stages: refuses ${JSON.stringify(yaml)}`, () => {
    assert.throws(
      () => parseConfiguration(yaml, { file: "/etc/dwld/dwld.yaml" }),
      (error) => error instanceof ConfigurationError && (assert.match(error.message, message), true),
    );
  });
}
