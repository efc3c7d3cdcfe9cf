import assert from "node:assert/strict";
import { fc, property } from "@dwld/fuzz";
import { judge, type SiteRecord } from "./judge.ts";

const runs = fc.nat(40);
const record: fc.Arbitrary<SiteRecord> = fc.record({
  site: fc.string(),
  worked: runs,
  worse: fc.nat(6),
  better: fc.nat(6),
  otherWorked: runs,
  otherBroken: fc.nat(10),
});
const records = fc.array(record, { maxLength: 6 });
const phase = fc.constantFrom("trial" as const, "watch" as const);
const ageMs = fc.nat(20 * 86_400_000);

property(
  "version judge: without a link on which it was worse, a version is never refused",
  [phase, ageMs, records],
  (...asked) => {
    const [of, age, all] = asked;
    const judged = { phase: of, ageMs: age, records: all.map((one) => ({ ...one, worse: 0 })) };
    assert.notEqual(judge(judged).verdict, "refuse");
  },
);

property(
  "version judge: what refuses a version refuses it as well if it was worse on one more link",
  [phase, ageMs, record, runs],
  (of, age, one, more) => {
    const judgeAlone = (worse: number) => judge({ phase: of, ageMs: age, records: [{ ...one, worse }] }).verdict;
    if (judgeAlone(one.worse) === "refuse") assert.equal(judgeAlone(one.worse + more), "refuse");
  },
);

property(
  "version judge: a single bad link sets nothing aside",
  [phase, ageMs, records, fc.nat(5)],
  (of, age, all, index) => {
    const one = all.map((each, place) => ({ ...each, worse: place === index ? 1 : 0 }));
    assert.notEqual(judge({ phase: of, ageMs: age, records: one }).verdict, "refuse");
  },
);

property("version judge: no version is on trial for ever, nor watched for ever", [phase, records], (of, all) => {
  assert.notEqual(judge({ phase: of, ageMs: 30 * 86_400_000, records: all }).verdict, "wait");
});

property(
  "version judge: where every link fails that the other takes, four are enough, whatever else works",
  [phase, records, fc.integer({ min: 4, max: 50 })],
  (of, all, count) => {
    const broken = { site: "broken", worked: 0, worse: count, better: 0, otherWorked: count + 8, otherBroken: 0 };
    assert.equal(judge({ phase: of, ageMs: 0, records: [...all, broken] }).verdict, "refuse");
  },
);
