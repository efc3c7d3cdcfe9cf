import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { AddTaskRequestSchema } from "@dwld/rpc";
import { memoryShelf } from "../testing/memory-shelf.ts";
import { firstStep } from "./first-step.ts";
import { Outbox, requestOf, waitingOf } from "./outbox.ts";
import { requestIds } from "./request-ids.ts";

const options = { subtitleLanguages: ["en"], sections: [{ start: { seconds: 90n, nanos: 0 } }] };
const entries = requestIds(3).map((requestId, index) =>
  waitingOf(create(AddTaskRequestSchema, { link: `https://a.example/${index}`, requestId, options }), "web"),
);

test("outbox: what waits is there after a reload, in its order, with all that was asked for", () => {
  const on = memoryShelf();
  new Outbox(on, "/").put(entries.toReversed());
  const { waiting, damaged } = new Outbox(on, "/").read();
  assert.deepEqual([waiting, damaged], [entries, []]);
  const [first] = waiting.map((each) => requestOf(each, "mine"));
  assert.deepEqual(
    first,
    create(AddTaskRequestSchema, {
      link: "https://a.example/0",
      requestId: entries[0]?.id ?? "",
      options,
      chatId: "web",
    }),
  );
});

test("outbox: a link of nobody known is sent as the one who is logged in then", () => {
  const [entry] = entries;
  assert.ok(entry);
  assert.equal(requestOf({ ...entry, chat: "" }, "mine").chatId, "mine");
});

test("outbox: two tabs that add and remove at once lose nothing of each other", () => {
  const on = memoryShelf();
  const [one, other] = [new Outbox(on, "/"), new Outbox(on, "/")];
  one.put(entries.slice(0, 2));
  other.read();
  other.put(entries.slice(2));
  one.drop([entries[0]?.id ?? ""]);
  assert.deepEqual(other.read().waiting, entries.slice(1));
});

test("outbox: another dwld below the same host, and other keys, are left alone", () => {
  const on = memoryShelf();
  on.setItem("dwld.language", "ru");
  new Outbox(on, "/a/").put(entries);
  assert.deepEqual(new Outbox(on, "/").read(), { waiting: [], damaged: [] });
});

test("outbox: an entry that cannot be read is told, and keeps no other from being read", () => {
  const on = memoryShelf();
  const outbox = new Outbox(on, "/");
  outbox.put(entries);
  for (const [index, text] of ["{", '"x"', '{"chat":1}', "null"].entries()) on.setItem(`dwld.outbox / ${index}`, text);
  const { waiting, damaged } = outbox.read();
  assert.deepEqual(waiting, entries);
  assert.deepEqual(
    damaged.map(({ text }) => text),
    ["{", '"x"', '{"chat":1}', "null"],
  );
  outbox.drop(damaged.map(({ id }) => id));
  assert.deepEqual(outbox.read(), { waiting: entries, damaged: [] });
});

test("outbox: a full storage keeps what fits, and the rest lives as long as the page", () => {
  const on = memoryShelf(2);
  const outbox = new Outbox(on, "/");
  outbox.put(entries);
  assert.deepEqual(outbox.read().waiting, entries);
  assert.deepEqual(outbox.takeUnkept(), entries.slice(2));
  assert.deepEqual(outbox.read().waiting, entries.slice(0, 2));
});

test("outbox: a browser that keeps nothing has links as long as the page", () => {
  const outbox = new Outbox(undefined, "/");
  outbox.put(entries);
  outbox.drop([entries[0]?.id ?? ""]);
  assert.deepEqual(outbox.read().waiting, entries.slice(1));
});

test("outbox: ids are new, and sort in the order of typing", () => {
  const ids = [...requestIds(1000, 1), ...requestIds(2, 2)];
  assert.deepEqual(ids.toSorted(), ids);
  assert.notDeepEqual(requestIds(1, 1), requestIds(1, 1));
  assert.ok(ids.every((id) => /^[\w-]{20,60}$/.test(id)));
});

test("outbox: a call has at most 500 links of a megabyte, and at least one", () => {
  const [entry] = entries;
  assert.ok(entry);
  assert.equal(firstStep(Array.from({ length: 1200 }, () => entry)).length, 500);
  const long = { ...entry, request: "A".repeat(400_000) };
  assert.equal(firstStep([long, long, long, long, long]).length, 3);
  assert.equal(firstStep([{ ...entry, request: "A".repeat(2_000_000) }, entry]).length, 1);
  assert.equal(firstStep([]).length, 0);
});
