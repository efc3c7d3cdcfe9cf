import assert from "node:assert/strict";
import { fc, property } from "@dwld/fuzz";
import { type HourBytes, hourOf, useOfDay } from "./day-bytes.ts";

const hourMs = 3_600_000;
const downloads = fc.array(
  fc.record({ ms: fc.integer({ min: 0, max: 60 * hourMs }), bytes: fc.integer({ min: 0, max: 1000 }) }),
  { maxLength: 60 },
);

function byHour(some: readonly { ms: number; bytes: number }[]): HourBytes[] {
  const hours = new Map<number, number>();
  for (const { ms, bytes } of some) hours.set(hourOf(ms), (hours.get(hourOf(ms)) ?? 0) + bytes);
  return [...hours].map(([hour, bytes]) => ({ hour, bytes }));
}

property(
  "bytes of a day: all of the last 24 hours count, none of 25 before; when it is said, and no hour sooner, there is room",
  [downloads, fc.integer({ min: 0, max: 90 * hourMs }), fc.integer({ min: 1, max: 5000 })],
  (all, nowMs, most) => {
    const past = all.filter(({ ms }) => ms <= nowMs);
    const sumSince = (fromMs: number) => past.reduce((sum, { ms, bytes }) => sum + (ms > fromMs ? bytes : 0), 0);
    const { used, freeAfterMs } = useOfDay(byHour(past), nowMs, most);
    assert.ok(used >= sumSince(nowMs - 24 * hourMs));
    assert.ok(used <= sumSince(nowMs - 25 * hourMs - 1));
    const usedAt = (ms: number) => useOfDay(byHour(past), ms, most).used;
    assert.ok(usedAt(nowMs + freeAfterMs) < most);
    if (used < most) assert.equal(freeAfterMs, 0);
    else assert.ok(usedAt(nowMs + freeAfterMs - 1) >= most);
  },
);
