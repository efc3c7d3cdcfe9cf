import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, type Finding, state } from "./finding.ts";
import { layTable } from "./table.ts";

const pairs = [
  { dwld: 10, beside: 100 },
  { dwld: 30, beside: 100 },
  { dwld: 20, beside: 100 },
];
const row = { what: "videos", pairs, unit: "ms", beside: "by hand" } as const;

function answer(othersShare: number, findings: Finding[]) {
  return { question: "videos", seconds: 1, company: { othersShare, programs: [], load: 0 }, findings };
}

test("table: a row has its values, its ratio and whether its target is met", () => {
  assert.equal(
    layTable([
      answer(0, [compare({ ...row, target: { atMost: 0.2 } }), compare({ ...row, target: { atLeast: 0.3 } })]),
      answer(0, [
        compare({ ...row, target: { of: "p99", atMost: 25 } }),
        compare(row),
        state({ what: "memory of all", values: [150], unit: "megabytes", target: { atMost: 160 } }),
      ]),
    ]),
    [
      "what            dwld                   beside            ratio (lowest – highest)   target",
      "─────────────   ────────────────────   ───────────────   ────────────────────────   ─────────────   ───────",
      "videos          20.0 ms                100 ms  by hand   0.200 (0.100 – 0.300)      ≤ 0.2           met",
      "videos          20.0 ms                100 ms  by hand   0.200 (0.100 – 0.300)      ≥ 0.3           NOT MET",
      "videos          20.0 ms, p99 29.8 ms   100 ms  by hand   0.200 (0.100 – 0.300)      p99 ≤ 25.0 ms   NOT MET",
      "videos          20.0 ms                100 ms  by hand   0.200 (0.100 – 0.300)",
      "memory of all   150 MB                                                              dwld ≤ 160 MB   met",
    ].join("\n"),
  );
});

test("table: what was measured on a busy machine is shown, and not judged", () => {
  const findings = [compare({ ...row, target: { atMost: 0.2 } }), compare(row)];
  assert.match(layTable([answer(0.06, findings)]), /0\.200 \(0\.100 – 0\.300\) {6}≤ 0\.2 {4}not judged\n.*0\.300\)$/);
  assert.match(layTable([answer(0.04, findings)]), /≤ 0\.2 {4}met\n/);
});
