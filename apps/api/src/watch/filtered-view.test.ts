import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TaskRow } from "@dwld/queue";
import { FilteredView } from "./filtered-view.ts";

function task(changes: Partial<TaskRow>): TaskRow {
  return {
    seq: 1,
    state: "QUEUED",
    chat_id: "a",
    parent_id: null,
    link: "http://v.example/",
    id: "",
    title: "",
    ...changes,
  } as TaskRow;
}

describe("a watcher with a filter", () => {
  it("filtered view: is told once more of a task whose state leaves it, and not again", () => {
    const view = new FilteredView({ scope: "all", states: ["QUEUED"] });
    assert.equal(view.includes(task({}), false), true);
    assert.equal(view.includes(task({ state: "DOWNLOADING" }), false), true);
    assert.equal(view.includes(task({ state: "DONE" }), false), false);
  });

  it("filtered view: is told that a task left which it knows from the snapshot", () => {
    const view = new FilteredView({ scope: "all", states: ["QUEUED"] });
    view.remember(task({}));
    assert.equal(view.includes(task({ state: "CANCELED" }), false), true);
  });

  it("filtered view: is not told of a task it never heard of, unless it comes back and might have", () => {
    const view = new FilteredView({ scope: "all", states: ["QUEUED"] });
    assert.equal(view.includes(task({ state: "DONE" }), false), false);
    assert.equal(view.includes(task({ state: "DONE" }), true), true);
  });

  it("filtered view: hears of its own chat, playlist and words alone", () => {
    assert.equal(new FilteredView({ scope: "all", states: [], chatId: "b" }).includes(task({}), true), false);
    assert.equal(
      new FilteredView({ scope: "all", states: [], parentId: "p" }).includes(task({ parent_id: "p" }), false),
      true,
    );
    assert.equal(
      new FilteredView({ scope: "all", states: [], text: "кот" }).includes(task({ title: "Мой КОТ" }), false),
      true,
    );
    assert.equal(new FilteredView({ scope: "all", states: [], text: "V.EXAMPLE" }).includes(task({}), false), true);
    assert.equal(new FilteredView({ scope: "all", states: [], text: "dog" }).includes(task({}), false), false);
  });

  it("filtered view: remembers the newest ten thousand", () => {
    const view = new FilteredView({ scope: "all", states: ["QUEUED"] });
    for (let seq = 1; seq <= 10_001; seq += 1) view.remember(task({ seq }));
    assert.equal(view.includes(task({ seq: 1, state: "DONE" }), false), false);
    assert.equal(view.includes(task({ seq: 2, state: "DONE" }), false), true);
  });
});
