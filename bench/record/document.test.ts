import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "../finding.ts";
import { describeComparison, describeResults, describeRows, putBlock } from "./document.ts";
import { documentsOfRecord, readDocument } from "./recorded-documents.ts";
import { drawPicture } from "./picture.ts";
import type { Results } from "./results.ts";

const quiet = { othersShare: 0.01, programs: [], load: 0.5 };
const pairs = [{ dwld: 10, beside: 100 }];
const row = { unit: "ms", pairs, beside: "sh & <co>" } as const;

function resultsOf(othersShare: number): Results {
  return {
    commit: "abc1234",
    against: "def5678",
    startedAt: "2026-11-27T15:30:00.000Z",
    seconds: 660,
    machine: {
      processor: "a processor",
      cores: 2,
      memoryGigabytes: 8.3,
      system: "Linux 6.18.44, Debian GNU/Linux 13",
      syncMs: 0.25,
      versions: { "Node.js": "24.21.0", SQLite: "3.53.0" },
    },
    before: quiet,
    answers: [
      {
        question: "videos",
        seconds: 200,
        company: { ...quiet, othersShare },
        findings: [
          compare({ ...row, what: "short", target: { atMost: 0.2 } }),
          compare({ ...row, what: "long", target: { atLeast: 0.9 } }),
          compare({ ...row, what: "extra" }),
        ],
      },
    ],
  };
}

test("documents: their figures and the picture are those of the record", () => {
  for (const [name, text] of Object.entries(documentsOfRecord()))
    assert.ok(readDocument(name) === text, `docs/${name} is behind the record of the bench: run make docs`);
});

test("record: a run is described with its machine, and a row is a line of a table", () => {
  assert.equal(
    describeResults(resultsOf(0)),
    [
      "Commit abc1234, 2026-11-27, 11.0 minutes. 2 cores (a processor), 8.3 GB, Linux 6.18.44, Debian GNU/Linux 13; a write of " +
        "4 KiB and its fdatasync take 250 µs. Node.js 24.21.0, SQLite 3.53.0. Before the first measurement, other programs " +
        "used 1.00 % of it.",
      "",
      "| what | dwld | beside | ratio (lowest – highest) | target |  |",
      "| --- | --- | --- | --- | --- | --- |",
      "| short | 10.0 ms | 100 ms  sh & <co> | 0.100 (0.100 – 0.100) | ≤ 0.2 | met |",
      "| long | 10.0 ms | 100 ms  sh & <co> | 0.100 (0.100 – 0.100) | ≥ 0.9 | NOT MET |",
      "| extra | 10.0 ms | 100 ms  sh & <co> | 0.100 (0.100 – 0.100) |  |  |",
    ].join("\n"),
  );
});

test("record: a question that was measured on a busy machine is named, and its rows are not judged", () => {
  const text = describeResults(resultsOf(0.4));
  assert.match(text, /\*\*Not judged\*\*, .*: videos \(40\.0 %\)\.\n/);
  assert.match(text, /≤ 0\.2 \| not judged \|/);
});

test("record: a document may have some of the rows, and none of a run that did not measure them", () => {
  const text = describeRows(resultsOf(0), (question, what) => question === "videos" && what !== "extra") ?? "";
  assert.deepEqual(text.match(/^\| (short|long|extra) /gm), ["| short ", "| long "]);
  assert.equal(
    describeRows(resultsOf(0), () => false),
    undefined,
  );
});

test("record: two commits stand in columns, the older first", () => {
  const [head, , first] = describeComparison(resultsOf(0)).split("\n").slice(2);
  assert.equal(head, "| what | before: def5678 | after: abc1234 | ratio |");
  assert.equal(first, "| short | 100 ms | 10.0 ms | 0.100 |");
});

test("record: the picture has a bar for each target, whose length is the share of it that was needed", () => {
  const picture = drawPicture(resultsOf(0));
  const bars = [...picture.matchAll(/<rect .*width="([\d.]+)".*class="([\w-]+)"/g)].map(([, length, verdict]) => [
    Number(length),
    verdict,
  ]);
  // 150 is the target: half of it was needed of the first, and nine times of the second, which is cut at twice.
  assert.deepEqual(bars, [
    [75, "met"],
    [300, "not-met"],
  ]);
  assert.match(picture, />short : sh &amp; &lt;co>/);
  assert.match(drawPicture(resultsOf(0.4)), /class="not-judged".*\n.*, not judged</);
});

test("record: a block is replaced between its marks, and a document without them is refused", () => {
  const document = "a\n<!-- x: written by make docs -->\nold\n<!-- end of x -->\nb\n";
  assert.equal(putBlock(document, "x", "new"), document.replace("old", "new"));
  assert.throws(() => putBlock(document, "y", "new"), /no block between "<!-- y/);
});
