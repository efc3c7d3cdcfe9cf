import assert from "node:assert/strict";
import { test } from "node:test";
import { formatFor, writeExposition } from "./exposition.ts";
import type { Family } from "./family.ts";
import { Histogram } from "./histogram.ts";

const duration = new Histogram("dwld_call_duration_seconds", "Calls.", { bounds: [0.5, 1], labels: ["method"] });
for (const seconds of [0.1, 0.5, 0.7, 9, -1, Number.NaN]) duration.observe({ method: "Get" }, seconds);

test("exposition: a histogram counts each quantity in all buckets that are as large", () => {
  const bucket = (bound: string, count: number) =>
    `dwld_call_duration_seconds_bucket{method="Get",le="${bound}"} ${count}`;
  const text = (one: string, end: string) =>
    [
      "# HELP dwld_call_duration_seconds Calls.",
      "# TYPE dwld_call_duration_seconds histogram",
      ...[bucket("0.5", 3), bucket(one, 4), bucket("+Inf", 5)],
      'dwld_call_duration_seconds_sum{method="Get"} 10.3',
      'dwld_call_duration_seconds_count{method="Get"} 5',
      end,
    ].join("\n");
  assert.equal(writeExposition([duration.read()], "classic"), text("1", ""));
  assert.equal(writeExposition([duration.read()], "openmetrics"), text("1.0", "# EOF\n"));
});

test("exposition: what a label or a help says cannot end its line, and each number has its spelling", () => {
  const labels = { a: 'q"\\\n\ud800' };
  const family: Family = {
    ...{ name: "dwld_x", type: "gauge", help: 'a "b" \\ c\nd' },
    samples: [0.1, 1e21, -0, NaN, Infinity, -Infinity].map((value) => ({ labels, value })),
  };
  const lines = writeExposition([family, { ...family, name: "dwld_none", samples: [] }], "classic").split("\n");
  assert.equal(lines[0], String.raw`# HELP dwld_x a "b" \\ c\nd`);
  const values = ["0.1", "1e+21", "0", "NaN", "+Inf", "-Inf"];
  assert.deepEqual(lines.slice(2), [...values.map((value) => String.raw`dwld_x{a="q\"\\\n${"\ufffd"}"} ${value}`), ""]);
  assert.match(writeExposition([family], "openmetrics"), /# HELP dwld_x a \\"b\\" \\\\ c\\nd\n/);
});

const accepted: [accept: string | undefined, format: string][] = [
  [undefined, "classic"],
  ["*/*", "classic"],
  ["text/html, */*;q=0.8", "classic"],
  ["application/openmetrics-text", "openmetrics"],
  ["application/openmetrics-text;version=9.0.0,text/plain;q=0.1", "classic"],
  ["text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.4", "classic"],
  // Prometheus 3.
  [
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    "openmetrics",
  ],
  ["application/openmetrics-text;q=;;=,,", "classic"],
];

test("exposition: OpenMetrics is for callers that prefer it", () => {
  for (const [accept, format] of accepted) assert.equal(formatFor(accept), format, accept);
});
