import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChangeLog, type LoggedChange } from "./change-log.ts";

function change(revision: number, id = `task ${revision}`): LoggedChange {
  return { revision, id, chatId: "", task: undefined, superseded: false };
}

function revisions(changes: LoggedChange[] | undefined): number[] | undefined {
  return changes?.map(({ revision }) => revision);
}

describe("the log of changes", () => {
  it("change log: tells what came after a place, in order, the newest of each task", () => {
    const log = new ChangeLog(10);
    for (const each of [change(11, "a"), change(12, "b"), change(13, "a")]) log.append(each);
    assert.deepEqual(revisions(log.after(10)), [12, 13]);
    assert.deepEqual(revisions(log.after(12)), [13]);
    assert.deepEqual(revisions(log.after(13)), []);
  });

  it("change log: does not pretend to know what was before it", () => {
    assert.equal(new ChangeLog(10).after(9), undefined);
  });

  it("change log: keeps the newest, and knows which those are", () => {
    const log = new ChangeLog(0);
    for (let revision = 1; revision <= 2000; revision += 1) log.append(change(revision));
    assert.equal(log.after(999), undefined);
    assert.equal(log.after(1000)?.length, 1000);
    assert.equal(log.newestOf("task 1000"), undefined);
    assert.equal(log.newestOf("task 1001")?.revision, 1001);
  });

  it("change log: does not grow with the changes of one task", () => {
    const log = new ChangeLog(0);
    for (let revision = 1; revision <= 100_000; revision += 1) log.append(change(revision, "a"));
    assert.deepEqual(revisions(log.after(99_500)), [100_000]);
  });
});
