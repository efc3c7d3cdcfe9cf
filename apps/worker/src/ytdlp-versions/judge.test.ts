import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs, hourMs } from "@dwld/timing";
import { judge, type Judged, recordsOf, type SiteRecord } from "./judge.ts";

function at(site: string, record: Partial<SiteRecord>): SiteRecord {
  return { site, worked: 0, worse: 0, better: 0, otherWorked: 0, otherBroken: 0, ...record };
}

/** Ten sites on which both work. */
const tenSites = Array.from({ length: 10 }, (_, index) => at(`site ${index}`, { worked: 1, otherWorked: 4 }));

const cases: readonly [what: string, judged: Judged, verdict: string][] = [
  ["nothing was downloaded for an hour", { phase: "trial", ageMs: hourMs, records: [] }, "wait"],
  ["nothing was downloaded for five days", { phase: "trial", ageMs: 5 * dayMs, records: [] }, "accept"],
  [
    "three videos worked within two days",
    { phase: "trial", ageMs: 2 * dayMs, records: [at("a", { worked: 3 })] },
    "accept",
  ],
  ["three videos worked within a day", { phase: "trial", ageMs: dayMs, records: [at("a", { worked: 3 })] }, "wait"],
  ["twenty videos worked at once", { phase: "trial", ageMs: 1, records: [at("a", { worked: 20 })] }, "accept"],
  [
    "two links work that the current one cannot take",
    { phase: "trial", ageMs: 1, records: [at("a", { worked: 2, better: 2, otherBroken: 2 })] },
    "accept",
  ],
  [
    "one link of a good site failed",
    { phase: "trial", ageMs: hourMs, records: [at("a", { worse: 1, otherWorked: 9 })] },
    "wait",
  ],
  [
    "two of two links of a good site failed",
    { phase: "trial", ageMs: hourMs, records: [at("a", { worse: 2, otherWorked: 9 })] },
    "refuse a",
  ],
  [
    "two of two failed, and nothing else is known of the site",
    { phase: "trial", ageMs: hourMs, records: [at("a", { worse: 2, otherWorked: 2 })] },
    "wait",
  ],
  [
    "three of three failed, and nothing else is known of the site",
    { phase: "trial", ageMs: hourMs, records: [at("a", { worse: 3, otherWorked: 3 })] },
    "refuse a",
  ],
  [
    "one site of ten is broken",
    { phase: "trial", ageMs: dayMs, records: [...tenSites, at("b", { worse: 3, otherWorked: 8 })] },
    "refuse b",
  ],
  [
    "one site of ten is broken, and it was accepted for the others",
    {
      phase: "watch",
      ageMs: dayMs,
      records: [...tenSites.map((site) => ({ ...site, worked: 40 })), at("b", { worse: 4, otherWorked: 9 })],
    },
    "refuse b",
  ],
  [
    "a site broke for both",
    { phase: "trial", ageMs: dayMs, records: [at("a", { otherWorked: 50, otherBroken: 20 })] },
    "wait",
  ],
  [
    "a site fails now and then for both",
    {
      phase: "trial",
      ageMs: dayMs,
      records: [at("a", { worked: 8, worse: 2, better: 6, otherWorked: 24, otherBroken: 8 })],
    },
    "wait",
  ],
  [
    "each of four sites failed once",
    {
      phase: "trial",
      ageMs: dayMs,
      records: ["a", "b", "c", "d"].map((site) => at(site, { worse: 1, otherWorked: 1 })),
    },
    "refuse a b c d",
  ],
  ["it took over six days ago, and all is well", { phase: "watch", ageMs: 6 * dayMs, records: tenSites }, "wait"],
  ["it took over a week ago, and all is well", { phase: "watch", ageMs: 7 * dayMs, records: tenSites }, "accept"],
];

for (const [what, judged, expected] of cases)
  test(`version judge: ${what}: ${expected}`, () => {
    const verdict = judge(judged);
    const sites = verdict.verdict === "refuse" ? verdict.sites.map(({ site }) => site) : [];
    assert.equal([verdict.verdict, ...sites].join(" "), expected);
  });

test("version judge: the record of a site is that of the judged version beside the other, of all hosts", () => {
  const row = { last_at: 0, site: "a" };
  const records = recordsOf(
    [
      { ...row, version: "new", kind: "worked", runs: 3 },
      { ...row, version: "new", kind: "worse", runs: 2 },
      { ...row, version: "old", kind: "worked", runs: 7 },
      { ...row, version: "old", kind: "broken", runs: 1 },
      { ...row, version: "old", kind: "worse", runs: 99 },
    ],
    "new",
    "old",
  );
  assert.deepEqual(records, [at("a", { worked: 3, worse: 2, otherWorked: 7, otherBroken: 1 })]);
});
