import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Classification, classifyFailure, type FailureEvidence } from "./classify-failure.ts";
import type { FailureClass } from "./failure-class.ts";

const nowMs = Date.UTC(2026, 10, 24, 12);

function classify(stderr: string, evidence: Partial<FailureEvidence> = {}): Classification {
  return classifyFailure({
    exitCode: 1,
    signal: undefined,
    stderr: stderr.split("\n"),
    fileNamed: false,
    nowMs,
    ...evidence,
  });
}

const tables: [guarantee: string, rows: [FailureClass, string][]][] = [
  [
    "names: those of videos, files and hosts decide nothing",
    [
      ["network", "ERROR: [generic] 404: Unable to download webpage: HTTP Error 503: Service Unavailable"],
      ["network", "ERROR: [generic] this video is private: Unable to download webpage: The read operation timed out"],
      [
        "network",
        "ERROR: [generic] a: Unable to download webpage: Failed to resolve 'login.removed.example' ([Errno -2] Name or service not known)",
      ],
      [
        "postprocess_failed",
        "ERROR: Postprocessing: file:/data/DRM protected private video removed [404].mp4: Invalid data",
      ],
      [
        "permission",
        "ERROR: unable to open for writing: [Errno 13] Permission denied: 'No space left on device.mp4.part'",
      ],
      ["unsupported_url", "ERROR: Unsupported URL: https://example.org/error-429-this-video-is-private"],
      ["unknown", "[download] Destination: ERROR: This video is private.mp4"],
    ],
  ],
  [
    "this machine: its errors are never a video's",
    [
      ["permission", "ERROR: unable to open for writing: [Errno 2] No such file or directory: '/mnt/x.mp4.part'"],
      ["unknown", "ERROR: Unable to rename file: [Errno 2] No such file or directory: 'a.part' -> 'a'"],
      ["network", "ERROR: [Errno 104] Connection reset by peer"],
      [
        "ffmpeg_missing",
        "ERROR: m3u8 download detected but ffmpeg could not be found. Please install\nERROR: Unable to download video: [Errno 2] No such file or directory: '/x.mp4.part'",
      ],
    ],
  ],
  [
    "doubts: a sentence that leaves two reasons open is read as the one that can pass",
    [
      ["geo_blocked", "ERROR: [a] b: This video may be deleted or geo-restricted."],
      ["login_required", "ERROR: [a] b: The video may be deleted or require login"],
      ["network", "ERROR: [a] b: The video was removed, or the server is busy: try again later"],
    ],
  ],
  [
    "machinery: a sentence about the site's parts is none about the video",
    [
      ["network", "ERROR: [a] b: The server has been taken down for maintenance"],
      ["network", "ERROR: [a] b: Video not found: our backend is overloaded, try again later"],
      ["network", "ERROR: [a] b: Backend fetch failed. Copyright 2026 Example Inc. All rights reserved"],
      ["format_unavailable", "ERROR: [a] b: The requested quality has been removed"],
      ["unknown", "ERROR: [a] b: Subtitles are no longer available"],
      ["unknown", "ERROR: [a] b: Токен не найден"],
      ["gone", "ERROR: [a] b: The video has been removed from our servers"],
      ["copyright_blocked", "ERROR: [a] b: Removed on copyright grounds"],
    ],
  ],
  [
    "own lists: one that each account has is not gone, the site took us for nobody",
    [
      ["cookies_stale", "ERROR: [youtube:tab] WL: YouTube said: The playlist does not exist."],
      ["cookies_stale", "ERROR: [youtube:tab] LL: This playlist is private"],
      ["gone", "ERROR: [youtube:tab] PLabcdef: YouTube said: The playlist does not exist."],
      [
        "cookies_stale",
        "WARNING: [youtube:tab] The provided YouTube account cookies are no longer valid.\nERROR: [youtube:tab] PLabcdef: YouTube said: The playlist does not exist.",
      ],
      ["login_required", "ERROR: [BilibiliWatchlater] watchlater: You need to login to access your watchlater list"],
    ],
  ],
  [
    "try again later: it says that a failure passes, and not why",
    [
      ["unknown", "ERROR: [a] b: Something went wrong. Please try again later"],
      ["unknown", "ERROR: [a] b: Video not found. Please try again later"],
      ["unknown", "ERROR: [a] b: 请稍后再试"],
      ["unknown", "ERROR: [a] b: Es ist ein Fehler aufgetreten, versuche es später erneut"],
      ["rate_limited", "ERROR: [a] b: Too many attempts, try again later"],
      ["network", "ERROR: [a] b: The service is overloaded, try again later"],
      ["not_started", "ERROR: [a] b: Still being processed, try again later"],
    ],
  ],
  [
    "rights: a place, a rights holder and a removal are told apart",
    [
      ["geo_blocked", "ERROR: [a] b: Due to rights restrictions we cannot show this video"],
      ["geo_blocked", "ERROR: [a] b: Увы! Правообладатель ограничил доступ к данному видео в вашем регионе"],
      ["geo_blocked", "ERROR: [a] b: Este vídeo solo se puede ver en España"],
      ["geo_blocked", "ERROR: [a] b: Просмотр возможен только в России"],
      ["copyright_blocked", "ERROR: [a] b: Removed by rights-holder request"],
      ["copyright_blocked", "ERROR: [a] b: Video has been removed at the request of Example Services, Inc."],
      ["gone", "ERROR: [a] b: Video has been removed at the request of its author"],
      ["unknown", "ERROR: [a] b: Video is not available in this edition or broadcast rights expired"],
    ],
  ],
  [
    "no interpreter: what a shell, env or the loader says is a setting, whatever the status",
    [
      ["usage", "env: python: No such file or directory"],
      ["usage", "/usr/bin/env: ‘python3’: No such file or directory"],
      ["usage", "bash: /opt/yt-dlp: /usr/bin/python3.9: bad interpreter: No such file or directory"],
      ["usage", "/bin/sh: 1: yt-dlp: not found"],
      ["usage", "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file"],
      ["unknown", "[ffmpeg] a video: not found by me"],
    ],
  ],
  [
    "speakers: who says it is no part of what is said",
    [
      ["gone", "ERROR: [a] b: Twitter API says: No status found with that ID."],
      ["login_required", "ERROR: [a] b: Unable to login. Twitch said: wrong code"],
    ],
  ],
  [
    "requests: a login that the site does not find is no video that is gone",
    [["extractor_broken", "ERROR: [niconico] Unable to log in: HTTP Error 404: Not Found (caused by <HTTPError 404>)"]],
  ],
  [
    "consequences: the cause is found if the last error only follows from it",
    [
      [
        "forbidden_media",
        "ERROR: \r[download] Got error: HTTP Error 403: Forbidden\nERROR: fragment 3 not found, unable to continue",
      ],
      [
        "forbidden_media",
        "ERROR: \n[download] Got error: HTTP Error 403: Forbidden\nERROR: fragment 3 not found, unable to continue",
      ],
      [
        "disk_full",
        "[out#0/mp4 @ 0x55] Error writing trailer: No space left on device\nERROR: Postprocessing: Conversion failed!",
      ],
      [
        "forbidden_media",
        "https://cdn.example/x.m3u8: Server returned 403 Forbidden (access denied)\nERROR: ffmpeg exited with code 8",
      ],
      ["truncated", "ERROR: fragment 3 not found, unable to continue"],
    ],
  ],
  [
    "warnings: they count if the error is vague",
    [
      [
        "rate_limited",
        "WARNING: [youtube] Unable to download webpage: HTTP Error 429: Too Many Requests\nERROR: [youtube] a: Failed to extract any player response; please report this issue on",
      ],
      [
        "extractor_broken",
        "WARNING: [youtube] a: nsig extraction failed: Some formats may be missing\nERROR: [youtube] a: Requested format is not available",
      ],
      [
        "gone",
        "WARNING: [youtube] HTTP Error 429: Too Many Requests. Retrying (1/3)...\nERROR: [youtube] a: Video unavailable",
      ],
    ],
  ],
  [
    "several videos: they are a playlist that failed in part, unless one wall stands before all",
    [
      ["playlist_partial", "ERROR: [youtube] aaa1: Private video\nERROR: [youtube] bbb2: Video unavailable"],
      [
        "bot_check",
        "ERROR: [youtube] aaa1: Sign in to confirm you’re not a bot\nERROR: [youtube] bbb2: Sign in to confirm you’re not a bot",
      ],
      ["gone", "ERROR: [youtube] aaa1: Video unavailable\nERROR: [youtube] aaa1: Video unavailable"],
      [
        "disk_full",
        "ERROR: [youtube] aaa1: Private video\nERROR: [youtube] bbb2: Private video\nERROR: unable to write data: [Errno 28] No space left on device",
      ],
    ],
  ],
  [
    "prefixes: logs, shells and Python put their own words before an error",
    [
      ["bot_check", "Jan 02 10:00:00 host dwld[1]: ERROR: [youtube] a: Sign in to confirm you're not a bot."],
      [
        "login_required",
        "yt_dlp.utils.DownloadError: \u001B[0;31mERROR:\u001B[0m [youtube] a: Sign in to confirm your age.",
      ],
      [
        "gone",
        "yt-dlp : ERROR: [youtube] a: This video has been removed by the uploader\nAt line:1 char:1\n+ yt-dlp x\n+ ~~~~\n    + CategoryInfo : NotSpecified: (ERROR: [youtube...:String) [], RemoteException",
      ],
      [
        "disk_full",
        'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\nOSError: [Errno 28] No space left on device',
      ],
      ["unknown", 'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\nAttributeError: private'],
    ],
  ],
  [
    "languages: sites speak others than English",
    [
      ["bot_check", "ERROR: [youtube] a: Войдите в аккаунт, чтобы подтвердить, что вы не бот"],
      ["bot_check", "ERROR: [youtube] a: ボットではないことを確認するため、ログインしてください"],
      ["gone", "ERROR: [youtube] a: Dieses Video ist nicht mehr verfügbar, da es vom Uploader entfernt wurde"],
      ["gone", "ERROR: [youtube] a: Cette vidéo a été supprimée par l'utilisateur qui l'a mise en ligne"],
      ["geo_blocked", "ERROR: [youtube] a: El autor no ha hecho público este vídeo en tu país"],
      ["geo_blocked", "ERROR: [youtube] a: O autor não disponibilizou este vídeo no seu país"],
      ["private", "ERROR: [youtube] a: 비공개 동영상입니다"],
      ["rate_limited", "ERROR: [BiliBili] a: 请求过于频繁，请稍后再试"],
      ["not_started", "ERROR: [youtube] a: Трансляция начнётся через 2 часа"],
      ["copyright_blocked", "ERROR: [niconico] a: この動画は著作権者の申立により削除されました"],
      ["live_now", "ERROR: [vk] a: Трансляция завершена"],
      ["login_required", "ERROR: [BiliBili] a: 该视频为大会员专享"],
    ],
  ],
];

for (const [guarantee, rows] of tables)
  test(`classification: ${guarantee}`, () => {
    for (const [expected, stderr] of rows) assert.equal(classify(stderr).failureClass, expected, stderr);
  });

describe("classification beside the words", () => {
  test("signal: it is an interruption, as is the status that a shell makes of it", () => {
    assert.equal(classify("ERROR: [a] b: Private video", { signal: "SIGKILL" }).failureClass, "killed");
    assert.equal(classify("", { exitCode: 137 }).failureClass, "killed");
  });

  test("refusal: options that yt-dlp refuses are a setting", () => {
    assert.equal(classify("yt-dlp: error: no such option: --x", { exitCode: 2 }).failureClass, "usage");
    assert.equal(classify("sh: 1: yt-dlp: not found", { exitCode: 127 }).failureClass, "usage");
  });

  test("no file: a run that ends well without one was told to leave none", () => {
    assert.equal(classify("", { exitCode: 0 }).failureClass, "filtered");
    assert.equal(
      classify(
        "WARNING: You have requested merging of multiple formats but ffmpeg is not installed. The formats won't be merged",
        {
          exitCode: 0,
        },
      ).failureClass,
      "ffmpeg_missing",
    );
  });

  test("standard output: the 403s of fragments are found there", () => {
    const stdout = ["[download] Got error: HTTP Error 403: Forbidden. Retrying fragment 3 (5/5)..."];
    const { failureClass } = classify("ERROR: fragment 3 not found, unable to continue", { stdout });
    assert.equal(failureClass, "forbidden_media");
  });

  test("proxy: without one of the operator's, a way out that fails is the network", () => {
    const refused =
      "ERROR: [a] b: Unable to download webpage: Tunnel connection failed: 504 Gateway Timeout (caused by ProxyError)";
    assert.equal(classify(refused, { hadProxy: true }).failureClass, "proxy_error");
    assert.equal(classify(refused, { hadProxy: false }).failureClass, "network");
  });

  test("retry time: the time that the text names is returned", () => {
    const { retryAtMs } = classify("ERROR: [youtube] a: Premieres in 3 hours");
    assert.equal(retryAtMs, nowMs + 3 * 3_600_000);
    assert.equal(classify("ERROR: [youtube] a: This video was removed in 3 hours").retryAtMs, undefined);
  });

  test("silence: an error without a word is explained by a lack of memory", () => {
    for (const text of ["ERROR: ", "ERROR: Unable to allocate output buffer."])
      assert.match(classify(text).line, /more memory than it may have/);
    assert.equal(classify("ERROR: [a] b: Private video").line, "ERROR: [a] b: Private video");
  });

  test("hostile lines: they cost no time", () => {
    for (const text of [
      "/a".repeat(4000),
      `ERROR: [a] b1: ${"video is unavailable ".repeat(400)}x`,
      "ERROR:".repeat(1300),
    ]) {
      const startedAtMs = performance.now();
      classify(Array.from({ length: 20 }, () => text).join("\n"));
      assert.ok(performance.now() - startedAtMs < 2000, text.slice(0, 40));
    }
  });
});
