import assert from "node:assert/strict";
import { test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { readMoment } from "./moment.ts";
import { readSpan } from "./span.ts";
import { readStates } from "./task-states.ts";
import { readWholeNumber } from "./whole-number.ts";

const testNowMs = Date.UTC(2026, 10, 24, 8, 0, 0);

const spans: [string, number | undefined][] = [
  ["30d", 30 * 86_400_000],
  ["2w", 14 * 86_400_000],
  ["1h30m", 5_400_000],
  ["90s", 90_000],
  ["0s", 0],
  ["", undefined],
  ["30", undefined],
  ["-1h", undefined],
  ["1.5h", undefined],
  ["1 h", undefined],
  ["99999999999999999999d", undefined],
];
for (const [text, expected] of spans) {
  test(`span: "${text}" is ${expected ?? "refused"}`, () => {
    assert.equal(readSpan(text), expected);
  });
}

const moments: [string, number | undefined][] = [
  ["2h", testNowMs + 7_200_000],
  ["+2h", testNowMs + 7_200_000],
  ["2026-12-31T23:00:00Z", Date.UTC(2026, 11, 31, 23)],
  ["2026-12-31t23:00z", Date.UTC(2026, 11, 31, 23)],
  ["2026-12-31 23:00+03:00", Date.UTC(2026, 11, 31, 20)],
  ["2026-12-31T23:00", new Date(2026, 11, 31, 23).getTime()],
  ["2026-12-31", new Date(2026, 11, 31).getTime()],
  ["2026-12-31T23:00:00.250Z", Date.UTC(2026, 11, 31, 23, 0, 0, 250)],
  ["2026-02-30T10:00", undefined],
  ["2026-13-01", undefined],
  ["2026-12-31T24:00", undefined],
  ["2026-12-31T23:61", undefined],
  ["2026-12-31T23:00:99", undefined],
  ["tomorrow", undefined],
  ["23:00", undefined],
  ["", undefined],
];
for (const [text, expected] of moments) {
  test(`moment: "${text}" is ${expected ?? "refused"}`, () => {
    assert.equal(readMoment(text, testNowMs), expected);
  });
}

test("states: read as the tables spell them, or as the contract does", () => {
  assert.deepEqual(readStates("queued"), [TaskState.QUEUED]);
  assert.deepEqual(readStates("done,FAILED"), [TaskState.DONE, TaskState.FAILED]);
  assert.deepEqual(readStates("ready-to-send"), [TaskState.READY_TO_SEND]);
  assert.deepEqual(readStates("ready to send"), [TaskState.READY_TO_SEND]);
  assert.deepEqual(readStates("TASK_STATE_SENDING"), [TaskState.SENDING]);
  assert.deepEqual(readStates("cancelled"), [TaskState.CANCELED]);
  assert.equal(readStates("unspecified"), undefined);
  assert.equal(readStates("done,"), undefined);
  assert.equal(readStates("gone"), undefined);
});

test("whole number: digits alone, within bounds", () => {
  assert.equal(readWholeNumber("720", 0, 8640), 720);
  assert.equal(readWholeNumber("0", 0, 8640), 0);
  assert.equal(readWholeNumber("0", 1, 8640), undefined);
  for (const text of ["-1", "1.5", "1e3", "0x10", "", " 1", "8641", "99999999999999999999"]) {
    assert.equal(readWholeNumber(text, 0, 8640), undefined, text);
  }
});
