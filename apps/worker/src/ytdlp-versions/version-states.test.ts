import assert from "node:assert/strict";
import { fc, property } from "@dwld/fuzz";
import { test } from "node:test";
import type { YtdlpVersionRow } from "@dwld/queue";
import { resultsOf, trialsOf } from "./trials.ts";
import { compareVersions, isNewer, isVersionNumber } from "../releases/version-number.ts";
import {
  beginTrial,
  dropMissing,
  failedSelfTest,
  goBack,
  hasFiles,
  isUnfit,
  keep,
  noteInstalled,
  pin,
  rowOf,
  setAside,
  takeOver,
  tidy,
  unpin,
  usedVersion,
  type Why,
} from "./version-states.ts";

const host = "here";
const why: Why = { cause: "worse", words: { en: "why", ru: "почему" } };
const fetched = (version: string) => ({ host, version, origin: "stable" });
const states = (rows: readonly YtdlpVersionRow[]) =>
  Object.fromEntries(rows.map(({ version, state }) => [version, state]));

const installed = noteInstalled([], { host, version: "2026.10.26" }, 1);
const trial = beginTrial(installed, fetched("2026.11.20"), 2);
const taken = takeOver(trial, "2026.11.20", 3);

test("yt-dlp versions: a candidate takes over, the one before is the way back, and the one before that goes", () => {
  assert.deepEqual(states(trial), { "2026.10.26": "current", "2026.11.20": "candidate" });
  assert.deepEqual(states(taken), { "2026.10.26": "previous", "2026.11.20": "current" });
  const next = takeOver(beginTrial(taken, fetched("2026.12.01"), 4), "2026.12.01", 5);
  assert.deepEqual(states(next), { "2026.10.26": "kept", "2026.11.20": "previous", "2026.12.01": "current" });
  const third = takeOver(beginTrial(next, fetched("2026.12.09"), 6), "2026.12.09", 7);
  assert.deepEqual(states(third), { "2026.10.26": "kept", "2026.12.01": "previous", "2026.12.09": "current" });
});

test("yt-dlp versions: the way back restores the one before, and remembers why", () => {
  const back = goBack(taken, why, 9);
  assert.deepEqual(states(back), { "2026.10.26": "current", "2026.11.20": "set_aside" });
  assert.partialDeepStrictEqual(rowOf(back, "set_aside"), { cause: why.cause, reason: JSON.stringify(why.words) });
  assert.equal(goBack(back, why, 10), back, "there is one way back");
});

test("yt-dlp versions: a newer one that was installed takes over, an older one does not", () => {
  assert.deepEqual(states(noteInstalled(taken, { host, version: "2026.12.24" }, 9)), {
    "2026.11.20": "previous",
    "2026.12.24": "current",
  });
  assert.deepEqual(states(noteInstalled(taken, { host, version: "2026.10.30" }, 9)), {
    "2026.11.20": "current",
    "2026.10.30": "previous",
  });
  assert.equal(noteInstalled(taken, { host, version: "2026.10.26" }, 9), taken);
});

test("yt-dlp versions: a pinned one is used alone, and nothing is tried until it is unpinned", () => {
  const pinned = pin(keep(trial, fetched("2026.09.01"), 5), "2026.09.01");
  assert.equal(usedVersion(pinned)?.version, "2026.09.01");
  assert.deepEqual(trialsOf(pinned, 0, 9), []);
  assert.ok(tidy(pinned, new Set()).some(({ version }) => version === "2026.09.01"));
  const unpinned = unpin(pinned, 9);
  assert.equal(usedVersion(unpinned)?.version, "2026.10.26");
  assert.deepEqual(Object.keys(states(tidy(unpinned, new Set()))), ["2026.10.26", "2026.11.20"]);
  assert.equal(tidy(unpinned, new Set(["2026.09.01"])), unpinned, "a stage names it");
});

test("yt-dlp versions: a pin stays if its version is offered as the newest, or is installed, and the trial begins when it goes", () => {
  const pinned = pin(keep(installed, fetched("2026.11.20"), 2), "2026.11.20");
  const offered = beginTrial(pinned, fetched("2026.11.20"), 3);
  assert.equal(usedVersion(offered)?.version, "2026.11.20");
  assert.deepEqual(trialsOf(offered, 0, 4), []);
  const unpinned = unpin(offered, 5);
  assert.deepEqual(states(unpinned), { "2026.10.26": "current", "2026.11.20": "candidate" });
  assert.equal(rowOf(unpinned, "candidate")?.since, 5);
  const upgraded = noteInstalled(pinned, { host, version: "2026.11.20" }, 6);
  assert.deepEqual(
    upgraded.map(({ version, origin, pinned: isPinned }) => [version, origin, isPinned]),
    [["2026.11.20", "installed", 1]],
  );
});

test("yt-dlp versions: if the files of the current one are gone, the one before is current", () => {
  assert.deepEqual(states(dropMissing(taken, ["2026.11.20"], 9)), { "2026.10.26": "current" });
  assert.equal(dropMissing(taken, ["2026.09.01"], 9), taken);
});

test("yt-dlp versions: an attempt of five begins with the candidate, and a broken one is tried at once by its neighbours", () => {
  const order = (rows: readonly YtdlpVersionRow[], chance: number, now: number) =>
    trialsOf(rows, chance, now)
      .map(({ role }) => role)
      .join(" ");
  assert.equal(order(trial, 0.19, 9), "candidate current");
  assert.equal(order(trial, 0.2, 9), "current candidate");
  assert.equal(order(taken, 0, 9), "current previous");
  assert.equal(order(taken, 0, 8 * 86_400_000), "current", "the watch is over");
  assert.equal(order(beginTrial(taken, fetched("2026.12.01"), 9), 0, 9), "candidate current previous");
  assert.equal(order([], 0, 9), "");
});

test("yt-dlp versions: only neighbours are compared by a link on which one was broken", () => {
  const candidate = { version: "3", role: "candidate" } as const;
  const current = { version: "2", role: "current" } as const;
  const previous = { version: "1", role: "previous" } as const;
  assert.deepEqual(resultsOf(current, [candidate], "worked"), [
    { version: "2", kind: "worked" },
    { version: "3", kind: "worse" },
  ]);
  assert.deepEqual(resultsOf(candidate, [current], "worked"), [
    { version: "3", kind: "worked" },
    { version: "3", kind: "better" },
  ]);
  assert.deepEqual(resultsOf(previous, [candidate, current], "worked"), [
    { version: "1", kind: "worked" },
    { version: "2", kind: "worse" },
  ]);
  assert.deepEqual(resultsOf(current, [candidate], "broken"), [{ version: "2", kind: "broken" }]);
  assert.deepEqual(resultsOf(current, [candidate], undefined), []);
});

test("yt-dlp versions: the last ten that were set aside are remembered, and any that a stage names", () => {
  const numbers = Array.from({ length: 12 }, (_, day) => `2026.01.${String(day + 10)}`);
  const rows = numbers.reduce((all, version) => setAside(all, fetched(version), failedSelfTest("no"), 1), installed);
  const left = tidy(rows, new Set(["2026.01.10"]));
  assert.deepEqual(
    numbers.filter((version) => !left.some((row) => row.version === version)),
    ["2026.01.11"],
  );
});

test("yt-dlp versions: one that failed its self-test is known by the cause, whatever words the version of dwld had that wrote it", () => {
  const isFound = (cause: Why["cause"], en: string) =>
    setAside(installed, fetched("2026.01.10"), { cause, words: { en, ru: en } }, 1).some(isUnfit);
  assert.ok(isFound("self_test", "it did not pass what every version has to"));
  for (const other of ["worse", "unusable", "by_hand"] as const)
    assert.ok(!isFound(other, failedSelfTest("no").words.en), other);
  assert.ok(
    !keep(setAside(installed, fetched("2026.01.10"), failedSelfTest("no"), 1), fetched("2026.01.10"), 2).some(isUnfit),
  );
});

test("yt-dlp versions: numbers are compared as dates, a night's after its day's", () => {
  assert.ok(isNewer("2026.10.26.232721", "2026.10.26"));
  assert.ok(isNewer("2026.10.26", "2025.12.31.235959"));
  assert.ok(!isNewer("2026.10.26", "2026.10.26"));
  for (const none of ["", "latest", "../2026.10.26", "2026.10.26/..", "2026.1.2", "2026.10.26.1234567"])
    assert.ok(!isVersionNumber(none), none);
});

const number = fc.constantFrom("2026.08.01", "2026.09.01", "2026.10.01", "2026.11.01", "2026.12.01");
const step = fc.oneof(
  fc.tuple(fc.constantFrom("try", "keep", "pin", "refuse", "install"), number),
  fc.tuple(fc.constantFrom("accept", "back", "unpin", "tidy"), number),
);

property(
  "yt-dlp versions: whatever happens, a host has at most one of each, one that is used, and at most four folders",
  [fc.array(step, { maxLength: 30 })],
  (steps) => {
    let rows: readonly YtdlpVersionRow[] = noteInstalled([], { host, version: "2026.08.15" }, 0);
    for (const [what, version] of steps) {
      const now = 1;
      const known = rows.find((row) => row.version === version);
      if (what === "try" && known === undefined && rowOf(rows, "candidate") === undefined)
        rows = beginTrial(rows, fetched(version), now);
      if (what === "keep") rows = keep(rows, fetched(version), now);
      if (what === "pin" && known !== undefined && hasFiles(known)) rows = pin(rows, version);
      if (what === "install") rows = noteInstalled(rows, { host, version }, now);
      const candidate = rowOf(rows, "candidate");
      if (what === "accept" && candidate !== undefined) rows = takeOver(rows, candidate.version, now);
      if (what === "refuse" && candidate !== undefined) rows = setAside(rows, candidate, why, now);
      if (what === "back") rows = goBack(rows, why, now);
      if (what === "unpin") rows = unpin(rows, now);
      rows = tidy(rows, new Set());
      for (const state of ["current", "candidate", "previous"] as const)
        assert.ok(rows.filter((row) => row.state === state).length <= 1, `${state}: ${JSON.stringify(rows)}`);
      assert.ok(rows.filter(({ pinned }) => pinned === 1).length <= 1);
      assert.equal(new Set(rows.map((row) => row.version)).size, rows.length);
      assert.notEqual(usedVersion(rows), undefined);
      assert.ok(rows.every((row) => (row.state === "set_aside") === (row.cause !== "")));
      assert.ok(rows.filter(hasFiles).length <= 4, JSON.stringify(rows));
    }
  },
);

property("yt-dlp versions: their order is one", [fc.array(number)], (numbers) => {
  assert.deepEqual(numbers.toSorted(compareVersions), numbers.toSorted());
});
