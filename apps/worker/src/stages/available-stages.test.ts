import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyStage, type StageSettings } from "@dwld/daemon";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import { leftOutSentence, leftOutStages, type StageFacts } from "./available-stages.ts";

const installed: Capabilities = {
  name: "default",
  command: ["yt-dlp"],
  version: "2026.10.26",
  options: new Set(["--retries", "--cookies", "--impersonate", "--force-ipv4", "--force-ipv6", "--downloader"]),
  impersonates: ["chrome-131:macos-14"],
  challengeSolver: false,
  fetchesThumbnails: true,
  javaScript: undefined,
  variant: "",
};

const facts: StageFacts = {
  missingCookies: new Map([["/absent", "there is no /absent: put a cookie file there"]]),
  ytdlp: (name) => (name === undefined || name === "newest" ? installed : `yt-dlp cannot be run as "${name}"`),
  cookieFiles: new Map(),
  programs: new Set(["ffmpeg"]),
  hasIpv6: false,
};

const reasonFor = (stage: Partial<StageSettings>, changed: Partial<StageFacts> = {}): string | undefined =>
  leftOutStages({ one: { ...emptyStage, ...stage } }, { ...facts, ...changed })[0]?.reason;

const available: Partial<StageSettings>[] = [
  {},
  { cookies: "/there" },
  { proxy: "http://p" },
  { impersonate: "chrome" },
  { impersonate: "any" },
  { ipVersion: 4 },
  { downloader: "native" },
  { downloader: "ffmpeg" },
  { ytdlp: "newest" },
  { arguments: ["--retries", "5"] },
  // These settings have no option of their own: the format belongs to the task's options.
  { format: "b", container: "mkv" },
];

for (const stage of available)
  test(`available stages: ${JSON.stringify(stage)} can be tried`, () => {
    assert.equal(reasonFor(stage), undefined);
  });

const lacking: readonly [stage: Partial<StageSettings>, reason: RegExp][] = [
  [{ cookies: "/absent" }, /^there is no \/absent: put a cookie file there$/],
  [{ needs: "proxy" }, /^no proxy is configured: name one as stages\.one\.proxy$/],
  [{ impersonate: "safari" }, /^yt-dlp 2026\.10\.26 cannot imitate safari: /],
  [{ ipVersion: 6 }, /^this machine has no IPv6$/],
  [{ downloader: "aria2c" }, /^aria2c is not installed$/],
  [{ ytdlp: "debian" }, /^yt-dlp cannot be run as "debian"$/],
  [{ embed: ["chapters"] }, /^yt-dlp 2026\.10\.26 does not know --embed-chapters$/],
  [{ arguments: ["--sponsorblock-mark=all"] }, /does not know --sponsorblock-mark$/],
];

for (const [stage, reason] of lacking)
  test(`available stages: ${JSON.stringify(stage)} is left out, with what it lacks`, () => {
    assert.match(reasonFor(stage) ?? "", reason);
  });

test("available stages: without curl_cffi no browser can be imitated", () => {
  const ytdlp = () => ({ ...installed, impersonates: [] });
  assert.match(reasonFor({ impersonate: "chrome" }, { ytdlp }) ?? "", /dwld ytdlp says how it gets curl_cffi/);
});

test("available stages: if no yt-dlp works, no stage is blamed for it", () => {
  assert.equal(reasonFor({ impersonate: "chrome" }, { ytdlp: () => "cannot be run" }), undefined);
});

test("available stages: one sentence counts the left-out ones by what they need", () => {
  const leftOut = ["cookies", "cookies", "a proxy"].map((needs, index) => ({ stage: `s${index}`, needs, reason: "" }));
  assert.equal(leftOutSentence(leftOut), "3 stages are left out: 2 need cookies, 1 needs a proxy");
  assert.equal(leftOutSentence(leftOut.slice(2)), "1 stage is left out: 1 needs a proxy");
  assert.equal(leftOutSentence([]), undefined);
});
