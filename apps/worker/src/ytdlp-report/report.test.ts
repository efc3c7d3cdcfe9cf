import assert from "node:assert/strict";
import { test } from "node:test";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import type { Installation } from "./installation.ts";
import { ageInDays, type Inspected, printReport, reportYtdlp } from "./report.ts";

const none = { leftOut: [], remarks: [], isUpdated: false };
const now = Date.UTC(2026, 10, 24);
const good: Capabilities = {
  name: "newest",
  command: ["yt-dlp"],
  version: "2026.10.26",
  options: new Set(["--js-runtimes", "--remote-components", "--impersonate"]),
  impersonates: ["chrome-131:macos-14"],
  challengeSolver: true,
  javaScript: "node-24.21.0",
  fetchesThumbnails: true,
  variant: "pip",
};
const modules: Installation = { kind: "modules", folder: "/lib/yt_dlp", compiled: true };

function inspected(capabilities: Partial<Capabilities> = {}, installation: Installation = modules): Inspected {
  return { name: "newest", command: ["yt-dlp"], capabilities: { ...good, ...capabilities }, installation };
}

test("yt-dlp report: one that lacks nothing has no warning", () => {
  const report = reportYtdlp([inspected()], none, now);
  assert.deepEqual(report.warnings, []);
  assert.equal(report.used, "newest");
  assert.deepEqual(report.commands[0], {
    name: "newest",
    command: ["yt-dlp"],
    works: true,
    version: "2026.10.26",
    ageDays: 29,
    variant: "pip",
    javaScript: "node-24.21.0",
    challengeSolver: "installed",
    impersonates: ["chrome-131:macos-14"],
    compiled: true,
    zipapp: false,
    options: {
      "--no-plugin-dirs": false,
      "--progress-delta": false,
      "--js-runtimes": true,
      "--remote-components": true,
      "--impersonate": true,
    },
  });
});

const lacking: readonly [what: string, of: Inspected, warning: RegExp, remedy: RegExp][] = [
  ["a recent version", inspected({ version: "2026.08.01" }), /^2026\.08\.01 is 115 days old/, /newer one/],
  [
    "a JavaScript runtime that it knows",
    inspected({ options: new Set() }),
    /can use no JavaScript runtime/,
    /2025\.11/,
  ],
  ["a runtime that it accepts", inspected({ javaScript: undefined }), /does not accept this Node/, /Node 22/],
  [
    "impersonation",
    inspected({ impersonates: [] }),
    /cannot imitate a browser/,
    /apt install python3-venv && python3 -m venv \/opt\/yt-dlp && .*"yt-dlp\[default,curl-cffi\]", and name it: worker/,
  ],
  [
    "impersonation, and is no Python program",
    inspected({ impersonates: [] }, { kind: "unknown" }),
    /cannot imitate a browser/,
    /is no Python program: take yt-dlp_linux of/,
  ],
  ["a plugin that fits", inspected({ fetchesThumbnails: false }), /no pictures of videos/, /another version/],
  ["a package", inspected({}, { kind: "zipapp" }), /is a zip file/, /apt or pip/],
  ["compiled modules", inspected({}, { ...modules, compiled: false }), /not compiled/, /compileall -q \/lib\/yt_dlp$/],
  ["a program", { name: "newest", command: ["x"], error: "there is none" }, /does not work/, /^there is none$/],
];

for (const [what, of, warning, remedy] of lacking)
  test(`yt-dlp report: the lack of ${what} is a warning with a remedy`, () => {
    const { warnings } = reportYtdlp([of], none, now);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]?.warning ?? "", warning);
    assert.match(warnings[0]?.remedy ?? "", remedy);
  });

test("yt-dlp report: nobody is told to install a newer one in the place of those that dwld updates", () => {
  const old = inspected({ version: "2026.08.01" });
  const named = (name: string): Inspected => ({ ...old, name });
  const all = [named("default"), named("2026.08.01"), named("debian")];
  const { warnings } = reportYtdlp(all, { ...none, isUpdated: true }, now);
  assert.deepEqual(
    warnings.map(({ ytdlp }) => ytdlp),
    ["debian"],
  );
});

test("yt-dlp report: the first that works is used", () => {
  const broken: Inspected = { name: "broken", command: ["x"], error: "no" };
  assert.equal(reportYtdlp([broken, inspected()], none, now).used, "newest");
  assert.equal(reportYtdlp([broken], none, now).used, null);
  const text = printReport(reportYtdlp([broken, inspected()], none, now));
  assert.match(
    text,
    /^broken: x\n {2}does not work\n\nnewest \(used\): yt-dlp\n {2}version +2026\.10\.26, 29 days old, pip\n/,
  );
  assert.match(text, /\nwarning: broken: it does not work; no\n$/);
});

test("yt-dlp report: a version's age counts from the day that it names", () => {
  assert.equal(ageInDays("2026.11.24", now), 0);
  assert.equal(ageInDays("2026.11.23.232721", now), 1);
  assert.equal(ageInDays("2026.12.01", now), 0, "a clock that is slow makes nothing younger than new");
  assert.equal(ageInDays("unknown", now), undefined);
});
