import assert from "node:assert/strict";
import { fc, property } from "@dwld/fuzz";
import { Rates } from "./rates.ts";

const minuteMs = 60_000;

/** Divisors of a minute, so that the list below counts in whole milliseconds. */
const perMinute = fc.constantFrom(1, 2, 3, 4, 5, 6, 8, 10, 12, 60, 1000, 60_000);
const pauses = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 90_000 })),
  {
    maxLength: 200,
  },
);

/** Each link that is taken stays in the list until its turn is over; turns follow each other. */
class NaiveList {
  readonly #ends: number[] = [];
  readonly #most: number;
  constructor(most: number) {
    this.#most = most;
  }
  open(nowMs: number): number {
    return this.#ends.filter((endMs) => endMs > nowMs).length;
  }
  take(nowMs: number): void {
    this.#ends.push(Math.max(nowMs, this.#ends.at(-1) ?? 0) + minuteMs / this.#most);
  }
}

property(
  "rates: one number takes and refuses what a list of all that was taken does, and says when there is room",
  [perMinute, pauses],
  (most, waits) => {
    let nowMs = 1_000_000;
    const rates = new Rates(() => nowMs);
    const list = new NaiveList(most);
    for (const wait of waits) {
      nowMs += wait;
      const { used, freeAfterMs } = rates.use("a", most);
      assert.equal(used, list.open(nowMs));
      if (used < most) {
        assert.equal(freeAfterMs, 0);
        rates.take("a", most);
        list.take(nowMs);
      } else {
        assert.ok(list.open(nowMs + freeAfterMs) < most);
        assert.equal(list.open(nowMs + freeAfterMs - 1), most);
      }
    }
  },
);

property(
  "rates: who is refused and comes back when it was said is taken, all of them at once",
  [fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 300 })],
  (most, asked) => {
    let nowMs = 0;
    const rates = new Rates(() => nowMs);
    for (let left = asked, rounds = 0; left > 0; rounds += 1) {
      assert.ok(rounds <= Math.ceil(asked / most), `${left} are left after ${rounds} rounds`);
      let longestMs = 0;
      let refused = 0;
      for (let one = 0; one < left; one += 1) {
        const { used, freeAfterMs } = rates.use("a", most, refused);
        if (used < most) rates.take("a", most);
        else {
          refused += 1;
          longestMs = Math.max(longestMs, freeAfterMs);
        }
      }
      left = refused;
      nowMs += Math.ceil(longestMs);
    }
  },
);
