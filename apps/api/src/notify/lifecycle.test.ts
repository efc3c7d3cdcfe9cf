import assert from "node:assert/strict";
import { test } from "node:test";
import type { NoticeRow } from "@dwld/queue";
import { dayMs, hourMs, minuteMs } from "@dwld/timing";
import type { Condition, Fate, Seen } from "./condition.ts";
import { type Decision, decide } from "./lifecycle.ts";

const refuses: Condition = { kind: "destination", isAway: false, words: "550 no" };
const away: Condition = { kind: "destination", isAway: true, words: "no route" };
const full: Condition = { kind: "disk", host: "nas", words: "no room" };
const stale: Condition = { kind: "cookies", path: "/c", host: "nas" };

function subjectOf(condition: Condition): string {
  return "host" in condition ? condition.host : "";
}

/** A table of notices, and what was told. */
class Months {
  rows: NoticeRow[] = [];
  /** A line for each message: what began, and what ended. */
  readonly told: string[] = [];
  now = 1_800_000_000_000;

  look(conditions: readonly Condition[], fate: Fate = "over"): Decision {
    const seen = conditions.map((condition): Seen => ({ condition, subject: subjectOf(condition), sinceMs: this.now }));
    const decision = decide(this.rows, { seen, fateOf: () => fate }, this.now);
    const gone = new Set([...decision.rows, ...decision.forgotten].map(keyOf));
    this.rows = [...this.rows.filter((row) => !gone.has(keyOf(row))), ...decision.rows];
    const words = [
      ...decision.began.map(({ condition }) => condition.kind),
      ...decision.ended.map(({ kind }) => `${kind} over`),
    ];
    if (words.length > 0) this.told.push(words.join(", "));
    return decision;
  }

  /** Looks every ten minutes for some time. */
  during(ms: number, conditions: readonly Condition[], fate?: Fate): this {
    for (const end = this.now + ms; this.now < end; this.now += 10 * minuteMs) this.look(conditions, fate);
    return this;
  }
}

const keyOf = ({ kind, subject }: Pick<NoticeRow, "kind" | "subject">) => `${kind} ${subject}`;

test("notices: a trouble that heals by itself is told nobody, and leaves nothing", () => {
  const months = new Months().during(20 * minuteMs, [refuses]).during(hourMs, []);
  assert.deepEqual(months.told, []);
  assert.deepEqual(months.rows, []);
  assert.deepEqual(new Months().during(100 * minuteMs, [away]).told, []);
});

test("notices: one that lasts is told once, and once when it is over", () => {
  const months = new Months().during(3 * dayMs, [refuses]);
  assert.deepEqual(months.told, ["destination"]);
  months.during(20 * minuteMs, []);
  assert.deepEqual(months.told, ["destination"], "it may come back");
  months.during(dayMs, []);
  assert.deepEqual(months.told, ["destination", "destination over"]);
  months.during(15 * dayMs, []);
  assert.deepEqual(months.rows, [], "it is forgotten");
});

test("notices: what breaks together is told together, and nothing more within an hour", () => {
  const months = new Months().during(35 * minuteMs, [refuses, full]);
  assert.deepEqual(months.told, ["destination, disk"]);
  months.during(30 * minuteMs, [refuses, full, stale]);
  assert.deepEqual(months.told, ["destination, disk"]);
  months.during(30 * minuteMs, [refuses, full, stale]);
  assert.deepEqual(months.told, ["destination, disk", "cookies"]);
  months.during(3 * hourMs, []);
  assert.deepEqual(months.told, ["destination, disk", "cookies", "destination over, disk over, cookies over"]);
});

test("notices: what comes and goes every night for two months makes a handful of messages", () => {
  const months = new Months();
  for (let day = 0; day < 60; day += 1) months.during(3 * hourMs, [refuses]).during(21 * hourMs, []);
  assert.ok(months.told.length <= 6, months.told.join("; "));
  const often = new Months();
  for (let count = 0; count < 500; count += 1) often.during(40 * minuteMs, [refuses]).during(50 * minuteMs, []);
  assert.ok(often.told.length <= 6, often.told.join("; "));
});

test("notices: a short gap does not begin the count anew, and a long one does", () => {
  const months = new Months();
  const step = (ms: number, conditions: Condition[]) => {
    months.look(conditions);
    months.now += ms;
  };
  for (let count = 0; count < 20; count += 1) {
    step(minuteMs, [refuses]);
    step(minuteMs, []);
  }
  assert.deepEqual(months.told, ["destination"]);
});

test("notices: nobody is told that all is well while nothing tells it, or where nobody asks any more", () => {
  const months = new Months().during(2 * hourMs, [full]).during(dayMs, [], "unknown");
  assert.deepEqual(months.told, ["disk"]);
  months.during(hourMs, [], "moot");
  assert.deepEqual([months.told, months.rows], [["disk"], []]);
});

test("notices: a look that finds nothing new changes nothing, and a clock that was set back breaks nothing", () => {
  const months = new Months().during(2 * hourMs, [refuses]);
  const { rows, forgotten } = months.look([refuses]);
  assert.deepEqual([rows, forgotten], [[], []]);
  months.now -= 30 * dayMs;
  months.during(2 * hourMs, [refuses]);
  assert.deepEqual(months.told, ["destination"]);
  months.during(2 * dayMs, []);
  assert.deepEqual(months.told, ["destination", "destination over"]);
});

test("notices: a condition is told since it began, and one that came back since it came back", () => {
  const lasting = new Months();
  const beganMs = lasting.now;
  const sinceOf = ({ began }: Decision) => began.map(({ sinceMs }) => sinceMs);
  lasting.during(hourMs / 2, [refuses]);
  assert.deepEqual(sinceOf(lasting.look([refuses])), [beganMs]);
  const months = new Months().during(10 * minuteMs, [stale]).during(3 * hourMs, []);
  assert.deepEqual(months.told, ["cookies", "cookies over"]);
  assert.deepEqual(sinceOf(months.look([stale])), [months.now]);
});
