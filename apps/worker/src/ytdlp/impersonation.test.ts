import assert from "node:assert/strict";
import { test } from "node:test";
import { canImpersonate, readImpersonationTargets } from "./impersonation.ts";

/** Output of yt-dlp 2026.10.26 with curl_cffi. */
const withCurl = `[info] Available impersonate targets
Client       OS            Source
-----------------------------------------------
Tor          -             curl_cffi>=0.11 (unavailable)
Chrome-133   Macos-15      curl_cffi
Chrome-131   Android-14    curl_cffi
Chrome-110   Windows-10    curl_cffi
Safari-18.0  Ios-18.0      curl_cffi
`;

const without = `[info] Available impersonate targets
Client    OS   Source
--------------------------------------------
Edge      -    curl_cffi (unavailable)
Chrome    -    curl_cffi (unavailable)
`;

test("impersonation: available targets are read from the list, unavailable ones are not", () => {
  assert.deepEqual(readImpersonationTargets(withCurl), [
    "chrome-133:macos-15",
    "chrome-131:android-14",
    "chrome-110:windows-10",
    "safari-18.0:ios-18.0",
  ]);
  assert.deepEqual(readImpersonationTargets(without), []);
  assert.deepEqual(readImpersonationTargets(""), []);
});

test("impersonation: parts that a target leaves out may be anything", () => {
  const targets = readImpersonationTargets(withCurl);
  for (const wanted of ["any", "chrome", "Chrome-131", "chrome:windows", "chrome-110:windows-10", "safari:ios-18.0"])
    assert.ok(canImpersonate(targets, wanted), wanted);
  for (const wanted of ["tor", "firefox", "chrome-99", "chrome-133:windows", "safari:macos"])
    assert.ok(!canImpersonate(targets, wanted), wanted);
  assert.ok(!canImpersonate([], "any"));
});
