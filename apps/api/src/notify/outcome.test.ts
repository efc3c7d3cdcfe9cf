import assert from "node:assert/strict";
import { test } from "node:test";
import { openPlaces, settlementAfter, triedForMs } from "./outcome.ts";

const now = 1_800_000_000_000;
const of = (attempts: number, failures = 0, since = now) => ({ message: { attempts, since }, lane: { failures } });

test("outcome: pauses of a message double up to hours, those of a receiver up to minutes", () => {
  const refused = { outcome: "refused", answer: "HTTP 500" } as const;
  const away = { outcome: "away", answer: "nobody listens" } as const;
  const pauses = [1, 2, 5, 30].map((attempts) => {
    const settlement = settlementAfter(refused, of(attempts), now, 1);
    assert.equal(settlement.outcome, "retry");
    return settlement.outcome === "retry" ? settlement.nextAt - now : 0;
  });
  assert.deepEqual(pauses, [5000, 10_000, 80_000, 6 * 60 * 60_000]);
  assert.deepEqual(settlementAfter(away, of(1, 30), now, 1), {
    ...{ outcome: "retry", answer: "nobody listens", nextAt: now + 600_000, laneRetryAt: now + 600_000 },
  });
});

test("outcome: a receiver that names a time is believed, one that wants no more is told no more", () => {
  const busy = { outcome: "away", answer: "HTTP 429", retryAfterMs: 3_600_000 } as const;
  assert.deepEqual(settlementAfter(busy, of(1), now, 0), {
    ...{ outcome: "retry", answer: "HTTP 429", nextAt: now + 3_600_000, laneRetryAt: now + 3_600_000 },
  });
  assert.equal(settlementAfter({ outcome: "gone", answer: "HTTP 410" }, of(1), now, 0).outcome, "given up");
});

test("outcome: after three days a message is given up, and one that is accepted then is accepted", () => {
  const old = of(50, 9, now - triedForMs);
  assert.equal(settlementAfter({ outcome: "away", answer: "" }, old, now, 0).outcome, "given up");
  assert.equal(settlementAfter({ outcome: "accepted", answer: "" }, old, now, 0).outcome, "accepted");
});

const lane = { name: "a", retry_at: 0, failures: 0, due_at: 0, sending: 0, isTarget: false };

test("outcome: a receiver gets few messages at once, and one that fails gets one after its pause", () => {
  const places = (given: Partial<typeof lane>, inAll = 0) =>
    openPlaces([{ ...lane, ...given }], inAll, now)[0]?.places ?? 0;
  assert.equal(places({}), 4);
  assert.equal(places({ sending: 3 }), 1);
  assert.equal(places({ sending: 4 }), 0);
  assert.equal(places({ isTarget: true }), 1);
  assert.equal(places({ failures: 2 }), 1);
  assert.equal(places({ failures: 2, retry_at: now + 1 }), 0);
  assert.equal(places({ failures: 2, retry_at: now + 365 * triedForMs }), 1, "the clock was set back");
  assert.equal(places({ due_at: now + 1 }), 0);
  assert.equal(places({}, 31), 1);
  assert.equal(places({}, 32), 0);
});
