import assert from "node:assert/strict";
import { test } from "node:test";
import { classifyFailure } from "./classify-failure.ts";
import type { FailureClass } from "./failure-class.ts";

function classOf(stderr: string): FailureClass {
  const evidence = { exitCode: 1, signal: undefined, stderr: stderr.split("\n"), fileNamed: false, nowMs: Date.now() };
  return classifyFailure(evidence).failureClass;
}

/** An extractor's sentence if it names no level, else a whole output. */
const tables: [guarantee: string, rows: [FailureClass, string][]][] = [
  [
    "what may mean two things ends no task",
    [
      ["unknown", "配信は終了しました"],
      ["unknown", "ライブ番組の配信は終了しました"],
      ["login_required", "Только для подписчиков"],
      ["unknown", "If the video is deleted, this happens"],
      ["unknown", "Resource temporarily not found"],
      ["not_started", "The clip isn't public until Friday"],
    ],
  ],
  [
    "the viewer's own account is no video",
    [
      ["unknown", "Ваш аккаунт удалён"],
      ["unknown", "您的账号已被封禁"],
      ["unknown", "Tu cuenta ha sido suspendida"],
      ["unknown", "Il tuo account è stato sospeso"],
      ["unknown", "You have been removed from the group"],
      ["gone", "The account was suspended"],
      ["gone", "Аккаунт заблокирован"],
    ],
  ],
  [
    "a login that may be missing has not expired",
    [
      ["login_required", "Missing or expired access token. Please sign in"],
      ["cookies_stale", "Missing or expired access token. Sign in again"],
      ["cookies_stale", "Invalid token, log in first"],
    ],
  ],
  [
    "codes are sentences, written together, in capitals or with lines between the words",
    [
      ["geo_blocked", "NotAvailableInRegion"],
      ["geo_blocked", "GEO_RESTRICTED"],
      ["drm", "DRMProtected"],
      ["login_required", "AUTH_REQUIRED"],
      ["rate_limited", "TooManyRequests"],
      ["not_started", "STATUS_PROCESSING"],
      ["gone", '{"error": "video_not_found"}'],
    ],
  ],
  [
    "further languages",
    [
      ["gone", "این ویدیو حذف شده است"],
      ["gone", "ไม่พบวิดีโอ"],
      ["not_started", "วิดีโอกำลังประมวลผล"],
      ["bot_check", "पुष्टि करें कि आप रोबोट नहीं हैं"],
      ["live_now", "השידור הסתיים"],
      ["login_required", "Nội dung dành cho thành viên VIP"],
      ["geo_blocked", "Ten program można oglądać tylko w Polsce"],
      ["network", "Sunucu hatası"],
    ],
  ],
  [
    "a part of the site's machinery that is missing or unknown is a site that has changed",
    [
      ["extractor_broken", "Malformed answer from the server"],
      ["extractor_broken", "page type 'foo' is unknown"],
      ["extractor_broken", "Unable to initialize session"],
      ["extractor_broken", "Response is not valid JSON"],
    ],
  ],
  [
    "what a log has kept of a crash, and what programs say of themselves",
    [
      ["network", 'Traceback (most recent call last):\n  File "x", line 1, in y\nsocket.timeout: timed out'],
      ["usage", "ImportError: You are using an unsupported version of Python."],
      ["usage", "ERROR: The --exec option cannot be used here"],
      ["forbidden_media", "Exception: [x.cc:1] errorCode=3 Resource not found\nERROR: aria2c exited with code 3"],
      ["postprocess_failed", "ERROR: Merging failed"],
    ],
  ],
];

for (const [guarantee, rows] of tables)
  test(`wordings: ${guarantee}`, () => {
    for (const [expected, said] of rows) {
      const stderr = /\b(?:ERROR|Traceback|ImportError)\b/.test(said) ? said : `ERROR: [a] b: ${said}`;
      assert.equal(classOf(stderr), expected, said);
    }
  });
