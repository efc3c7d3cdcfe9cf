import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { anyPack, durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type AddTaskRequest,
  AddTaskRequestSchema,
  type AddTaskResult,
  AddTaskResultSchema,
  BadRequestSchema,
  LocalizedMessageSchema,
  RetryInfoSchema,
} from "@dwld/rpc";
import type { Shelf } from "../../storage/browser-storage.ts";
import { memoryShelf } from "../testing/memory-shelf.ts";
import { Outbox } from "./outbox.ts";
import { requestIds } from "./request-ids.ts";
import { Sender } from "./sender.ts";

function requests(...links: string[]): AddTaskRequest[] {
  const ids = requestIds(links.length);
  return links.map((link, index) => create(AddTaskRequestSchema, { link, requestId: ids[index] ?? "" }));
}

function added({ link, requestId }: AddTaskRequest): AddTaskResult {
  const joined = link.includes("known");
  return create(AddTaskResultSchema, { result: { case: "response", value: { task: { id: requestId }, joined } } });
}

const refusal = create(AddTaskResultSchema, {
  result: {
    case: "error",
    value: {
      code: Code.InvalidArgument,
      message: "link holds a user name",
      details: [
        anyPack(
          BadRequestSchema,
          create(BadRequestSchema, { fieldViolations: [{ field: "link", description: "holds a user name" }] }),
        ),
      ],
    },
  },
});

const retryMs = 30_000;
const limit = create(AddTaskResultSchema, {
  result: {
    case: "error",
    value: {
      code: Code.ResourceExhausted,
      message: "too many",
      details: [
        anyPack(RetryInfoSchema, create(RetryInfoSchema, { retryDelay: durationFromMs(retryMs) })),
        anyPack(
          LocalizedMessageSchema,
          create(LocalizedMessageSchema, { locale: "en", message: "too many, for a person" }),
        ),
      ],
    },
  },
});

/** A tab with a server that answers by a function, and a clock that is moved by hand. */
function tab(
  answer: (request: AddTaskRequest) => AddTaskResult | Promise<AddTaskResult>,
  on: Shelf | null = memoryShelf(),
) {
  const calls: string[][] = [];
  const back: string[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  const seen = { chat: "web" as string | undefined, answer };
  const sender = new Sender({
    outbox: new Outbox(on ?? undefined, "/"),
    call: async (asked) => {
      calls.push(asked.map(({ link }) => link));
      return await Promise.all(asked.map(async (each) => await seen.answer(each)));
    },
    alone: async (work) => await work(),
    chat: () => seen.chat,
    nowMs: () => 1000,
    later: (run, ms) => {
      const timer = { run, ms };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
    giveBack: (links) => void back.push(...links),
  });
  const waiting = (): string[] => sender.waiting.value.map(({ link }) => link);
  const kinds = (): string[] => sender.answered.value.map(({ answer: { kind } }) => kind);
  return { sender, calls, back, timers, seen, waiting, kinds };
}

const away = (): never => {
  throw new ConnectError("away", Code.Unavailable);
};

test("sender: each link has its answer; refused ones come back with their rule, the others leave", async () => {
  const { sender, calls, back, waiting, kinds } = tab((each) => (each.link.includes("bad") ? refusal : added(each)));
  await sender.add(requests("https://a/", "https://known/", "https://bad/"));
  assert.deepEqual([calls.length, waiting(), back], [1, [], ["https://bad/"]]);
  assert.deepEqual(kinds(), ["added", "joined", "refused"]);
  assert.deepEqual(sender.answered.value[2]?.answer, { kind: "refused", reason: "holds a user name", field: "link" });
});

test("sender: what the server did not get waits, and goes by the same ids when it is back", async () => {
  const on = memoryShelf();
  const one = tab(away, on);
  await one.sender.add(requests("https://a/", "https://b/"));
  assert.deepEqual([one.waiting(), one.back, one.kinds()], [["https://a/", "https://b/"], [], []]);
  assert.ok(one.sender.pause.value?.until === undefined && one.timers.length === 1);
  const ids = one.sender.waiting.value.map(({ id }) => id);
  const other = tab(added, on);
  await other.sender.send();
  one.seen.answer = added;
  await one.sender.send();
  assert.deepEqual([other.calls.length, one.calls.length], [1, 1]);
  const tasks = other.sender.answered.value.map(({ answer }) => "taskId" in answer && answer.taskId);
  assert.deepEqual([tasks, one.waiting(), one.sender.pause.value], [ids, [], undefined]);
});

test("sender: a timer and a server that is heard again try once more, ever later", async () => {
  const { sender, timers, calls } = tab(away);
  await sender.add(requests("https://a/"));
  for (let count = 0; count < 8; count += 1) {
    const timer = timers.pop();
    assert.ok(timer && timers.length === 0);
    assert.equal(timer.ms, Math.min(60_000, 1000 * 2 ** count));
    await sender.send();
  }
  sender.wake();
  assert.equal(calls.length, 10);
});

test("sender: a limit is waited out, and the page says until when", async () => {
  let isFull = true;
  const { sender, timers, waiting, kinds } = tab((each) => (isFull && each.link.includes("b") ? limit : added(each)));
  await sender.add(requests("https://a/", "https://b/"));
  assert.deepEqual([waiting(), kinds()], [["https://b/"], ["added"]]);
  assert.deepEqual(sender.pause.value, { reason: "too many, for a person", until: 1000 + retryMs });
  assert.deepEqual(
    timers.map(({ ms }) => ms),
    [retryMs],
  );
  sender.wake();
  isFull = false;
  await sender.send();
  assert.deepEqual([waiting(), kinds(), sender.pause.value], [[], ["added", "added"], undefined]);
});

test("sender: who is not logged in, or may not, loses nothing, and is not asked again", async () => {
  for (const code of [Code.Unauthenticated, Code.PermissionDenied]) {
    const { sender, timers, waiting } = tab(() => {
      throw new ConnectError("no", code);
    });
    await sender.add(requests("https://a/"));
    assert.deepEqual([waiting(), timers], [["https://a/"], []]);
    assert.ok(sender.pause.value);
  }
});

test("sender: a link is sent by the one who typed it", async () => {
  const { sender, seen, calls, waiting } = tab(away);
  await sender.add(requests("https://a/"));
  Object.assign(seen, { answer: added, chat: "other" });
  await sender.send();
  Object.assign(seen, { chat: undefined });
  await sender.send();
  assert.deepEqual([calls.length, waiting()], [1, ["https://a/"]]);
  Object.assign(seen, { chat: "web" });
  await sender.send();
  assert.deepEqual([calls.length, waiting()], [2, []]);
});

test("sender: if the browser keeps nothing, links go all the same, and come back while the server is away", async () => {
  const { sender, seen, back, waiting, kinds } = tab(added, null);
  await sender.add(requests("https://a/"));
  assert.deepEqual([sender.unkept.value, kinds(), back], [false, ["added"], []]);
  seen.answer = away;
  await sender.add(requests("https://b/"));
  assert.deepEqual([waiting(), back, sender.unkept.value], [[], ["https://b/"], true]);
});

test("sender: many links go in steps, and what is added meanwhile follows", async () => {
  const links = Array.from({ length: 1100 }, (_, index) => `https://a/${index}`);
  const { sender, calls, kinds, seen } = tab(added);
  seen.answer = (each) => {
    if (each.link === links[0]) void sender.add(requests("https://late/"));
    return added(each);
  };
  await sender.add(requests(...links));
  assert.deepEqual(
    calls.map(({ length }) => length),
    [500, 500, 100, 1],
  );
  assert.equal(kinds().length, 1101);
});

test("sender: a request that cannot be read keeps no other back", async () => {
  const on = memoryShelf();
  on.setItem("dwld.outbox / 0", JSON.stringify({ chat: "", link: "https://broken/", request: "AAAA" }));
  const { sender, kinds, calls } = tab(added, on);
  await sender.add(requests("https://a/"));
  assert.deepEqual([kinds(), calls, sender.damaged.value.length], [["added"], [["https://a/"]], 1]);
});
