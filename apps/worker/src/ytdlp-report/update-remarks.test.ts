import assert from "node:assert/strict";
import { test } from "node:test";
import type { YtdlpVersionRow } from "@dwld/queue";
import { dayMs } from "@dwld/timing";
import { failedSelfTest, setAside } from "../ytdlp-versions/version-states.ts";
import { updateRemarks } from "./update-remarks.ts";

const now = Date.UTC(2026, 10, 24);
const row = (version: string, pinned = 0): YtdlpVersionRow => ({
  ...{ host: "here", version, origin: "stable", state: "current" as const },
  ...{ pinned, since: 0, cause: "", reason: "" },
});
const used = (version: string, pinned = 0): YtdlpVersionRow[] => [row(version, pinned)];
const look = { host: "here", checked_at: now, newest: "", results: [] };
const good = { ...look, succeeded_at: now, problem: "" };

test("yt-dlp update remarks: a young version that is looked after has none, and one failed look is none", () => {
  const of = (versions: YtdlpVersionRow[], check: typeof good | undefined) =>
    updateRemarks({ versions, check, results: [] }, new Set(["2026.09.01"]), now);
  assert.deepEqual(of(used("2026.11.20"), good), []);
  assert.deepEqual(of(used("2026.11.20"), { ...good, succeeded_at: now - 2 * dayMs, problem: "away" }), []);
  assert.deepEqual(of([], undefined), []);
});

test("yt-dlp update remarks: a version that a stage names and that is set aside is remarked on, with the reason", () => {
  const versions = ["2026.09.01", "2026.10.01"].reduce<readonly YtdlpVersionRow[]>(
    (rows, version) => setAside(rows, row(version), failedSelfTest("no"), 0),
    used("2026.11.20"),
  );
  const remarks = updateRemarks({ versions, check: good, results: [] }, new Set(["2026.09.01"]), now);
  assert.deepEqual(
    remarks.map(({ warning }) => warning),
    ["2026.09.01, which a stage names, is set aside: it failed its self-test: no"],
  );
});

test("yt-dlp update remarks: an old version, a pinned old one, and looks that fail for days are remarked on", () => {
  const of = (versions: YtdlpVersionRow[], check: object) =>
    updateRemarks({ versions, check: { ...good, ...check }, results: [] }, new Set(["2026.09.01"]), now).map(
      ({ warning }) => warning,
    );
  assert.deepEqual(of(used("2026.08.01"), {}), ["2026.08.01 is 115 days old although updates are on"]);
  assert.deepEqual(of(used("2026.08.01", 1), {}), ["2026.08.01 is pinned, and 115 days old"]);
  assert.deepEqual(of(used("2026.11.20"), { succeeded_at: now - 5 * dayMs, problem: "away" }), [
    "no newer yt-dlp could be had for 5 days: away",
  ]);
  assert.deepEqual(of(used("2026.11.20"), { succeeded_at: null, problem: "away" }), [
    "no newer yt-dlp could be had: away",
  ]);
});
