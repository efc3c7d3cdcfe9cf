import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeSpace, type SpaceFacts } from "./judge-admission.ts";

const plenty: SpaceFacts = {
  path: "/downloads",
  freeBytes: 100,
  freeFiles: 1000,
  reserveBytes: 10,
  waitingBytes: 0,
  maxWaitingBytes: undefined,
  promisedBytes: 0,
  running: 0,
  usualBytes: 0,
};

const cases: { name: string; facts: Partial<SpaceFacts>; room: number; cause?: string; says?: RegExp }[] = [
  { name: "room is what is free above the reserve", facts: {}, room: 90 },
  { name: "what running downloads will take is nobody else's", facts: { promisedBytes: 50, running: 1 }, room: 40 },
  {
    name: "less than the reserve is a trouble, and the operator reads what to do",
    facts: { freeBytes: 9 },
    room: -1,
    cause: "disk",
    says: /: 9 B are free on the disk of \/downloads, and 10 B are kept free \(worker\.minFreeBytes\); it goes on when you have made room$/,
  },
  {
    name: "what waits for its delivery is going to make room",
    facts: { freeBytes: 9, waitingBytes: 70 },
    room: -1,
    cause: "disk",
    says: /it goes on when some of the 70 B that wait have been delivered, or you have made room$/,
  },
  {
    name: "the reserve itself is enough to wait for what runs",
    facts: { promisedBytes: 90, running: 1 },
    room: 0,
    cause: "running",
  },
  {
    name: "without a reserve, a full disk is full",
    facts: { freeBytes: 0, reserveBytes: 0 },
    room: 0,
    cause: "disk",
    says: /is full/,
  },
  {
    name: "a disk may be full of files",
    facts: { freeFiles: 99 },
    room: 90,
    cause: "files",
    says: /99 more files.*df -i/,
  },
  { name: "a disk may count no files", facts: { freeFiles: Infinity }, room: 90 },
  { name: "as much as may wait may wait", facts: { waitingBytes: 70, maxWaitingBytes: 70 }, room: 90 },
  {
    name: "more may not",
    facts: { waitingBytes: 71, maxWaitingBytes: 70 },
    room: 90,
    cause: "delivery",
    says: /71 B wait for their delivery, more than 70 B \(worker\.maxWaitingBytes\)/,
  },
  {
    name: "what a download usually takes is waited for where deliveries make room",
    facts: { usualBytes: 91, waitingBytes: 1 },
    room: 90,
    cause: "usual",
    says: /a download took 91 B lately, and 90 B are free/,
  },
  {
    name: "and where running downloads do",
    facts: { usualBytes: 91, running: 1, promisedBytes: 1 },
    room: 89,
    cause: "usual",
  },
  { name: "where nothing makes room, the next one is tried: it may be small", facts: { usualBytes: 91 }, room: 90 },
];

for (const { name, facts, room, cause, says = /^/ } of cases)
  test(name, () => {
    const { roomBytes, hold } = judgeSpace({ ...plenty, ...facts });
    assert.equal(roomBytes, room);
    assert.equal(hold?.cause, cause);
    assert.match(hold?.text ?? "", says);
    if (hold !== undefined) assert.match(hold.text, /^nothing new is downloaded: .*[^.]$/);
  });
