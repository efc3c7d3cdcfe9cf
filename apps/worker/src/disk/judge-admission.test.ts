import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeAdmission, type AdmissionFacts } from "./judge-admission.ts";

const plenty: AdmissionFacts = {
  path: "/downloads",
  freeBytes: 100,
  freeFiles: 1000,
  reserveBytes: 10,
  waitingBytes: 0,
  maxWaitingBytes: undefined,
  reservedBytes: 0,
  running: 0,
  typicalBytes: 0,
};

const cases: { name: string; facts: Partial<AdmissionFacts>; available: number; cause?: string; says?: RegExp }[] = [
  { name: "free space above the reserve is available", facts: {}, available: 90 },
  { name: "reserved space is not available", facts: { reservedBytes: 50, running: 1 }, available: 40 },
  {
    name: "less than the reserve refuses, and the operator reads what to do",
    facts: { freeBytes: 9 },
    available: -1,
    cause: "disk",
    says: /: 9 B are free on the disk of \/downloads, and 10 B are kept free \(worker\.minFreeBytes\); it goes on when you have made room$/,
  },
  {
    name: "files that wait for their delivery are named as what frees space",
    facts: { freeBytes: 9, waitingBytes: 70 },
    available: -1,
    cause: "disk",
    says: /it goes on when some of the 70 B that wait have been delivered, or you have made room$/,
  },
  {
    name: "with no space left, running downloads are waited for",
    facts: { reservedBytes: 90, running: 1 },
    available: 0,
    cause: "running",
  },
  {
    name: "without a reserve, a full disk refuses",
    facts: { freeBytes: 0, reserveBytes: 0 },
    available: 0,
    cause: "disk",
    says: /is full/,
  },
  {
    name: "too few free inodes refuse",
    facts: { freeFiles: 99 },
    available: 90,
    cause: "files",
    says: /99 more files.*df -i/,
  },
  { name: "a disk without a limit of files is admitted", facts: { freeFiles: Infinity }, available: 90 },
  {
    name: "files up to worker.maxWaitingBytes may wait",
    facts: { waitingBytes: 70, maxWaitingBytes: 70 },
    available: 90,
  },
  {
    name: "more than worker.maxWaitingBytes refuses",
    facts: { waitingBytes: 71, maxWaitingBytes: 70 },
    available: 90,
    cause: "delivery",
    says: /71 B wait for their delivery, more than 70 B \(worker\.maxWaitingBytes\)/,
  },
  {
    name: "the typical size is waited for if deliveries free space",
    facts: { typicalBytes: 91, waitingBytes: 1 },
    available: 90,
    cause: "usual",
    says: /a download took 91 B lately, and 90 B are free/,
  },
  {
    name: "the typical size is waited for if running downloads free space",
    facts: { typicalBytes: 91, running: 1, reservedBytes: 1 },
    available: 89,
    cause: "usual",
  },
  {
    name: "if nothing frees space, the next download is tried: it may be small",
    facts: { typicalBytes: 91 },
    available: 90,
  },
];

for (const { name, facts, available, cause, says = /^/ } of cases)
  test(`disk admission: ${name}`, () => {
    const { availableBytes, refusal } = judgeAdmission({ ...plenty, ...facts });
    assert.equal(availableBytes, available);
    assert.equal(refusal?.cause, cause);
    assert.match(refusal?.text ?? "", says);
    if (refusal !== undefined) assert.match(refusal.text, /^nothing new is downloaded: .*[^.]$/);
  });
