import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { classifyFailure } from "./classify-failure.ts";
import { type FailureClass, isFailureClass } from "./failure-class.ts";
import { readTable } from "./fixtures/read-table.ts";

/** A video is lost where one of these is wrong. */
const losing = new Set<FailureClass>(["gone", "private", "copyright_blocked", "drm", "unsupported_url", "invalid_url"]);

type Sample = {
  expected: FailureClass;
  /** Classes that are right as well. */
  also?: readonly string[];
  stderr: string;
  exitCode: number;
};

/** Prints the score by class, and what is wrong; none may be wrongly final. */
function score(context: TestContext, samples: readonly Sample[], wanted: number): void {
  const wrong: string[] = [];
  const wronglyFinal: string[] = [];
  const byClass = new Map<FailureClass, { right: number; all: number }>();
  for (const { expected, also = [], stderr, exitCode } of samples) {
    const evidence = { exitCode, signal: undefined, stderr: stderr.split("\n"), fileNamed: false, nowMs: Date.now() };
    const { failureClass, line } = classifyFailure(evidence);
    const count = byClass.get(expected) ?? { right: 0, all: 0 };
    const right = failureClass === expected || also.includes(failureClass);
    byClass.set(expected, { right: count.right + (right ? 1 : 0), all: count.all + 1 });
    if (!right) wrong.push(`${failureClass} instead of ${expected}: ${line}`);
    if (!right && losing.has(failureClass)) wronglyFinal.push(line);
  }
  for (const [name, { right, all }] of [...byClass].toSorted(([a], [b]) => a.localeCompare(b)))
    context.diagnostic(`${name.padEnd(20)}${right}/${all}`);
  for (const text of wrong) context.diagnostic(text);
  const share = 1 - wrong.length / samples.length;
  context.diagnostic(`right: ${samples.length - wrong.length} of ${samples.length} (${(share * 100).toFixed(1)} %)`);
  assert.deepEqual(wronglyFinal, []);
  assert.ok(share >= wanted, wrong.join("\n"));
}

function classOf({ class: name = "" }: Readonly<Record<string, string>>): FailureClass {
  assert.ok(isFailureClass(name), name);
  return name;
}

test("97 of 100 real failures are told apart, and none is wrongly final", (context) => {
  const samples = readTable("ytdlp-errors.tsv").map((row) => ({
    expected: classOf(row),
    stderr: row["stderr"] ?? "",
    exitCode: Number(row["exit_code"]),
  }));
  assert.ok(samples.length > 240);
  score(context, samples, 0.97);
});

/** What yt-dlp adds to an extractor's sentence, by the way in which it was raised. */
const endings: Readonly<Record<string, string>> = {
  "": "",
  login:
    ". Use --cookies-from-browser or --cookies for the authentication. See  https://github.com/yt-dlp/yt-dlp/wiki/FAQ#how-do-i-pass-cookies-to-yt-dlp  for how to manually pass cookies",
  geo: "\nYou might want to use a VPN or a proxy server (with --proxy) to workaround.",
  bug: "; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue template. Confirm you are on the latest version using  yt-dlp -U",
};

test("95 of 100 sentences of extractors are understood, and none is wrongly final", (context) => {
  const samples = readTable("source-sentences.tsv").map((row) => {
    const { extractor = "", hint = "", sentence = "" } = row;
    const stderr = `ERROR: [${extractor}] a1b2c3d4: ${sentence}${endings[hint] ?? assert.fail(hint)}`;
    return { expected: classOf(row), stderr, exitCode: 1 };
  });
  assert.ok(samples.length >= 120);
  score(context, samples, 0.95);
});

test("95 of 100 failures of further sites, in many languages, are understood, and none is wrongly final", (context) => {
  const samples = readTable("further-failures.tsv").map((row) => ({
    expected: classOf(row),
    stderr: row["stderr"] ?? "",
    exitCode: 1,
  }));
  assert.ok(samples.length > 300);
  score(context, samples, 0.95);
});

test("95 of 100 misleading failures are understood, and none is wrongly final", (context) => {
  const samples = readTable("misleading-failures.tsv").map((row) => ({
    expected: classOf(row),
    stderr: row["stderr"] ?? "",
    exitCode: Number(row["exit_code"]),
  }));
  assert.ok(samples.length >= 300);
  score(context, samples, 0.95);
});

/**
 * Each set was written with the classes that its sources mean, by its column `source`, before the rules were run on it.
 * Run so for the first time, the rules understood 51, 47, 54, 49, 55, 50, 53, 48, 48, 56, 55 and 53 of each 60.
 */
for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  test(`held-out set ${number}: 95 of 100 failures are understood, and none is wrongly final`, (context) => {
    const samples = readTable(`held-out-${number}.tsv`).map((row) => ({
      expected: classOf(row),
      stderr: row["stderr"] ?? "",
      exitCode: Number(row["exit_code"]),
    }));
    assert.ok(samples.length >= 60);
    score(context, samples, 0.95);
  });

/**
 * The rules were written without these four sets, and were not changed after them: they are
 * the measure of what a failure that nobody has seen meets (57, 57, 55 and 57 of each 60). The column `also` names, for
 * 16 of them, a second class that is right.
 */
for (const number of [13, 14, 15, 16])
  test(`unseen set ${number}: 9 of 10 failures are understood, and none is wrongly final`, (context) => {
    const samples = readTable(`held-out-${number}.tsv`).map((row) => ({
      expected: classOf(row),
      also: (row["also"] ?? "").split(",").map((name) => name.trim()),
      stderr: row["stderr"] ?? "",
      exitCode: Number(row["exit_code"]),
    }));
    assert.ok(samples.length >= 60);
    score(context, samples, 0.9);
  });
