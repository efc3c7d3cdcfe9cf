import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, LimitReachedError, refuseBeyond, type Use } from "./limit-reached.ts";
import { type LimitName, limitTable, type Subject } from "./limit-table.ts";
import { Rates } from "./rates.ts";
import { sentencesOf } from "./sentences.ts";

const waiting = (subject: Subject, used: number, most: number): Use => ({
  limit: "waitingTasks",
  ...{ subject, holder: "7", used, most },
});

test("limits: there is room below a limit; of several that are reached, the longest wait counts", () => {
  assert.equal(decide([waiting("chat", 2, 3), waiting("address", 0, 1)]), undefined);
  const rate: Use = { limit: "addsPerMinute", subject: "token", holder: "7", used: 5, most: 5, freeAfterMs: 12_000.2 };
  const expected = { limit: "addsPerMinute", subject: "token", holder: "7", most: 5, retryAfterMs: 12_001 };
  assert.deepEqual(decide([waiting("chat", 3, 3), rate]), expected);
  assert.throws(
    () => refuseBeyond([rate]),
    (error) => error instanceof LimitReachedError && error.reached.most === 5,
  );
});

test("limits: each has a sentence in each language that names the number, the holder and when to come again", () => {
  for (const limit of Object.keys(limitTable) as LimitName[])
    for (const [subject, words] of [
      ["address", /this address.*/, /адреса/],
      ["chat", /this chat/, /чата/],
      ["token", /this token/, /токена/],
    ].map(([name, en, ru]) => [name as Subject, { en: en as RegExp, ru: ru as RegExp }] as const)) {
      const { en, ru } = sentencesOf(
        { limit, subject, holder: "7", most: 4711, retryAfterMs: 61_000 },
        (bytes) => `${bytes} B`,
      );
      // A playlist is nobody's but the limit's own.
      if (limit !== "playlistEntries") {
        assert.match(en, words.en);
        assert.match(ru, words.ru);
      }
      assert.match(en, /4711.*; try again in 61 s$/);
      assert.match(ru, /4711.*; повторите через 61 с$/);
    }
});

test("limits: a wait is rounded up to a unit that a person would say", () => {
  for (const [ms, shown] of [
    [0, "1 s"],
    [1, "1 s"],
    [1001, "2 s"],
    [119_000, "119 s"],
    [120_001, "3 min"],
    [7_200_000, "2 h"],
  ] as const)
    assert.ok(
      sentencesOf({ limit: "streams", subject: "chat", holder: "7", most: 1, retryAfterMs: ms }, String).en.endsWith(
        ` ${shown}`,
      ),
    );
});

test("rates: each holder has its own; beyond the most holders, the one that took least recently begins anew", () => {
  const rates = new Rates(() => 0, 2);
  const take = (holder: string): boolean => {
    if (rates.use(holder, 1).used > 0) return false;
    rates.take(holder, 1);
    return true;
  };
  assert.deepEqual(["a", "b", "a", "b", "c", "b", "a"].map(take), [true, true, false, false, true, false, true]);
});
