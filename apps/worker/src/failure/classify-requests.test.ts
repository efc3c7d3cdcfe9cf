import assert from "node:assert/strict";
import { test } from "node:test";
import { classifyFailure } from "./classify-failure.ts";
import type { FailureClass } from "./failure-class.ts";

function classOf(stderr: string): FailureClass {
  const evidence = { exitCode: 1, signal: undefined, stderr: stderr.split("\n"), fileNamed: false, nowMs: Date.now() };
  return classifyFailure(evidence).failureClass;
}

const tables: [guarantee: string, rows: [FailureClass, string][]][] = [
  [
    "an answer is understood by what was asked for, whatever words yt-dlp asks in",
    [
      ["extractor_broken", "ERROR: [a] b1: Could not fetch guest auth token: HTTP Error 404: Not Found"],
      ["extractor_broken", "ERROR: [a] b1: Unable to get session id: HTTP Error 410: Gone"],
      ["forbidden_media", "ERROR: [a] b1: Failed to get manifest URLs: HTTP Error 404: Not Found"],
      ["gone", "ERROR: [a] b1: Unable to get song detail info: HTTP Error 404: Not Found"],
      ["network", "ERROR: [a] b1: Login failed: HTTP Error 503: Service Unavailable"],
      ["login_required", "ERROR: [a] b1: Wrong password: HTTP Error 404: Not Found"],
    ],
  ],
  [
    "a request without an answer is the network, whatever the reason, unless it could never have been made",
    [
      ["network", "ERROR: [a] b1: Unable to download webpage: Response ended prematurely"],
      ["network", "ERROR: [a] b1: Unable to download webpage: [Errno 99] Cannot assign requested address"],
      ["network", "ERROR: [a] b1: Unable to download webpage: [Errno 13] Permission denied"],
      ["unknown", "ERROR: [a] b1: Unable to download webpage: [Errno 2] No such file or directory"],
      [
        "invalid_url",
        'ERROR: [a] b1: Unable to download webpage: Unsupported url scheme: "x" (caused by UnsupportedRequest)',
      ],
      [
        "usage",
        "ERROR: [a] b1: Unable to download webpage: This needs WebSocket; dependencies can be installed: websockets",
      ],
      ["permission", "ERROR: Unable to download video: [Errno 30] Read-only file system: 'a.json'"],
    ],
  ],
  [
    "a program that yt-dlp runs says why in its own lines",
    [
      ["network", "[https @ 0x55] Connection reset by peer\nERROR: ffmpeg exited with code 1"],
      ["forbidden_media", "[https @ 0x55] HTTP error 404 Not Found\nERROR: ffmpeg exited with code 1"],
      [
        "permission",
        "[out#0/mp4 @ 0x55] Error opening output /a/b.mp4: Permission denied\nERROR: ffmpeg exited with code 243",
      ],
      ["truncated", "[out#0/mp4 @ 0x55] video:0kB audio:0kB\nERROR: ffmpeg exited with code 1"],
      ["disk_full", "errorCode=9 There was not enough disk space available.\nERROR: aria2c exited with code 9"],
    ],
  ],
  [
    "a yt-dlp that does not start is a setting, whoever says so",
    [
      ["usage", "[PYI-12:ERROR] Failed to load Python shared library"],
      ["usage", "bash: ./yt-dlp: Permission denied"],
      ["usage", "/usr/bin/python3: No module named yt_dlp"],
      ["usage", 'ERROR: unsupported browser: "netscape"'],
    ],
  ],
  [
    "a site's own doubts in brackets are heard, beside what yt-dlp could not find",
    [
      ["live_now", "ERROR: [a] b1: Unable to extract broadcast number (b1 may not be live)"],
      ["geo_blocked", "ERROR: [a] b1: No video with id b1 could be found (possibly region locked?)"],
      ["extractor_broken", "ERROR: [a] b1: Unable to extract private flag"],
    ],
  ],
];

for (const [guarantee, rows] of tables)
  test(`requests: ${guarantee}`, () => {
    for (const [expected, stderr] of rows) assert.equal(classOf(stderr), expected, stderr);
  });
