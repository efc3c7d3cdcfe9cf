import assert from "node:assert/strict";
import { after, before } from "node:test";
import { createRegistry, type DescMessage, type MessageShape, toJsonString } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { importTasks } from "@dwld/queue";
import { putEnded } from "@dwld/queue/testing";
import {
  AddTaskResponseSchema,
  AddTasksResponseSchema,
  BadRequestSchema,
  CancelTaskResponseSchema,
  CleanHistoryResponseSchema,
  DeleteTaskResponseSchema,
  DownloadService,
  GetStatisticsResponseSchema,
  GetStatusResponseSchema,
  GetTaskResponseSchema,
  ListTasksResponseSchema,
  RetryTaskResponseSchema,
  TaskState,
  WatchTasksResponseSchema,
} from "@dwld/rpc";
import { defaultOptions } from "@dwld/options";
import { fc, property } from "@dwld/fuzz";
import { type Identity, localIdentity } from "./access/identity.ts";
import { connectInMemory, openContext, type OpenedContext } from "./testing/served-api.ts";

type Client = ReturnType<typeof connectInMemory>;

/** A server that holds the tasks of all chats, and one that holds those of a scope alone. */
type Side = { opened: OpenedContext; client: Client; ids: string[] };

let nowMs = Date.now();
let whole: OpenedContext;
let part: OpenedContext;
let round = 0;

before(async () => {
  [whole, part] = await Promise.all([openContext({ now: () => nowMs }), openContext({ now: () => nowMs })]);
});
after(() => Promise.all([whole.close(), part.close()]));

const at = fc.nat(20);
const chat: fc.Arbitrary<string> = fc.constantFrom("own 1", "own 2", "foreign 1", "");
const add = fc.record({
  link: fc.constantFrom("https://videos.example/1", "https://videos.example/2", "no link"),
  chat,
  requestId: fc.constantFrom("", "r1"),
  validateOnly: fc.boolean(),
});
const filter = fc.record(
  {
    chat: fc.option(chat, { nil: undefined }),
    states: fc.subarray([TaskState.QUEUED, TaskState.CANCELED, TaskState.DONE]),
    text: fc.constantFrom("", "video", "1"),
    site: fc.constantFrom("", "videos.example", "nowhere"),
    prefixOf: fc.option(at, { nil: undefined }),
  },
  { requiredKeys: [] },
);
const deed = fc.oneof(
  fc.record({ do: fc.constant("add" as const), add }),
  fc.record({ do: fc.constant("add several" as const), adds: fc.array(add, { minLength: 1, maxLength: 3 }) }),
  fc.record({ do: fc.constant("import" as const), chat }),
  fc.record({ do: fc.constantFrom("get" as const, "cancel" as const, "retry" as const, "delete" as const), at }),
  fc.record({
    do: fc.constant("many" as const),
    what: fc.constantFrom("cancelTasks" as const, "retryTasks" as const, "deleteTasks" as const),
    of: fc.oneof(fc.array(at, { minLength: 1, maxLength: 4 }), filter),
    only: fc.boolean(),
  }),
  fc.record({ do: fc.constant("clean" as const), chat: fc.option(chat, { nil: undefined }), only: fc.boolean() }),
  fc.record({ do: fc.constant("list" as const), filter, pageSize: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant("status" as const) }),
  fc.record({ do: fc.constant("end" as const), chat, failure: fc.constantFrom("", "network") }),
  fc.record({ do: fc.constant("statistics" as const) }),
);
type Deed = typeof deed extends fc.Arbitrary<infer Value> ? Value : never;

property(
  "scope: whatever others do, the answers to a token of some chats equal those of a server that holds only these chats",
  [
    fc.subarray(["own 1", "own 2"], { minLength: 1 }),
    fc.constantFrom("user" as const, "viewer" as const),
    fc.array(fc.tuple(fc.boolean(), deed), { minLength: 5, maxLength: 25 }),
  ],
  async (chats, role, deeds) => {
    round += 1;
    nowMs += 1000;
    const scope = chats.map(inRound);
    const viewer: Identity = { ...localIdentity, name: "some chats", id: "t", role, scope };
    // The owner has the same chats, for the deeds that a viewer may not do.
    const owner: Identity = { ...viewer, role: "user" };
    const [all, own] = [sideOf(whole, viewer), sideOf(part, viewer)];
    const strangers = connectInMemory(whole);
    const foreign: string[] = [];
    using leaving = new DisposableStack();
    const leave = leaving.adopt(new AbortController(), (controller) => controller.abort());
    const watches = await Promise.all([watch(all.client, leave.signal), watch(own.client, leave.signal)]);

    for (const [isStranger, what] of deeds) {
      if (isStranger) {
        await act({ opened: whole, client: strangers, ids: foreign }, stranger(what), foreign);
        continue;
      }
      const makes =
        role === "viewer" && ["add", "add several", "cancel", "retry", "delete", "clean", "many"].includes(what.do);
      const by = (side: Side): Side => (makes ? { ...side, client: connectInMemory(side.opened, owner) } : side);
      if ((what.do === "import" || what.do === "end") && !scope.includes(inRound(what.chat))) continue;
      const answers = [await act(by(all), what, foreign), await act(by(own), what, foreign)].map((each) =>
        each.join(""),
      );
      assert.equal(named(answers[0] ?? "", all.ids), named(answers[1] ?? "", own.ids), JSON.stringify(what));
    }

    const marker = { link: "https://videos.example/marker", chatId: scope[0] ?? "" };
    const states = await Promise.all(
      [all, own].map(async (side, index) => {
        const { task } = await connectInMemory(side.opened, owner).addTask(marker);
        side.ids.push(task?.id ?? "");
        const told = await watches[index]?.until(task?.id ?? "");
        const text = JSON.stringify(told);
        for (const [id] of text.matchAll(uuid)) assert.ok(side.ids.includes(id), `${id} is not of the scope: ${text}`);
        return named(text, side.ids);
      }),
    );
    assert.equal(states[0], states[1]);
  },
  { runs: 40 },
);

/** The types of details of errors. */
const registry = createRegistry(BadRequestSchema);

const uuid = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g;

/** Each run has chats of its own. */
function inRound(chatName: string): string {
  return chatName === "" ? "" : `${round} ${chatName}`;
}

function sideOf(opened: OpenedContext, identity: Identity): Side {
  return { opened, client: connectInMemory(opened, identity), ids: [] };
}

/** Strangers act in chats that are not the scope's, upon their own tasks. */
function stranger(what: Deed): Deed {
  const theirs = (name: string) => (name.startsWith("own") ? name.replace("own", "foreign") : name);
  switch (what.do) {
    case "add":
      return { ...what, add: { ...what.add, chat: theirs(what.add.chat) } };
    case "add several":
      return { ...what, adds: what.adds.map((each) => ({ ...each, chat: theirs(each.chat) })) };
    case "import":
    case "end":
      return { ...what, chat: theirs(what.chat) };
    case "many":
      return Array.isArray(what.of) ? what : { ...what, of: { ...what.of, chat: theirs(what.of.chat ?? "foreign 1") } };
    case "clean":
      return { ...what, chat: theirs(what.chat ?? "foreign 1") };
    default:
      return what;
  }
}

/** Does something, and returns all that was answered. New tasks are noted in the side's `ids`. */
async function act({ opened, client, ids }: Side, what: Deed, foreign: readonly string[]): Promise<string[]> {
  /** Returns the id of a task of this side, or of a stranger. */
  const someId = (index: number): string => {
    const other = foreign[(index - 1) / 2];
    return (index % 2 === 1 ? other : undefined) ?? ids[Math.floor(index / 2) % Math.max(1, ids.length)] ?? "none";
  };
  const known = (text: string): string => {
    for (const [id] of text.matchAll(/(?<="id":")[^"]+/g)) if (!ids.includes(id) && !foreign.includes(id)) ids.push(id);
    return text;
  };
  const requestOf = ({
    link,
    chat: name,
    requestId,
    validateOnly,
  }: typeof add extends fc.Arbitrary<infer A> ? A : never) => ({
    ...{ link, requestId, validateOnly, chatId: inRound(name) },
  });
  const filterOf = ({ chat: name, prefixOf, ...rest }: typeof filter extends fc.Arbitrary<infer F> ? F : never) => {
    const idPrefix = prefixOf === undefined ? "" : someId(prefixOf).slice(0, 36);
    return { ...rest, ...(name === undefined ? {} : { chatId: inRound(name) }), idPrefix };
  };
  switch (what.do) {
    case "add":
      return [known(await said(AddTaskResponseSchema, client.addTask(requestOf(what.add))))];
    case "add several":
      return [known(await said(AddTasksResponseSchema, client.addTasks({ requests: what.adds.map(requestOf) })))];
    case "import": {
      const request = { chatId: inRound(what.chat), link: "https://videos.example/old", site: "videos.example" };
      const rest = { userName: "", folder: "", targetQuality: 0, options: defaultOptions };
      const key = `${inRound(what.chat)} ${ids.length}`;
      await importTasks(opened.context.database, [{ key, request: { ...request, ...rest }, over: {} }], nowMs);
      const asAdmin = connectInMemory(opened).listTasks({ filter: { chatId: request.chatId } });
      known(await said(ListTasksResponseSchema, asAdmin));
      return [];
    }
    case "get":
      return [await said(GetTaskResponseSchema, client.getTask({ id: someId(what.at) }))];
    case "cancel":
      return [await said(CancelTaskResponseSchema, client.cancelTask({ id: someId(what.at) }))];
    case "retry":
      return [await said(RetryTaskResponseSchema, client.retryTask({ id: someId(what.at) }))];
    case "delete":
      return [await said(DeleteTaskResponseSchema, client.deleteTask({ id: someId(what.at) }))];
    case "many": {
      const selection = Array.isArray(what.of) ? { ids: what.of.map(someId) } : { filter: filterOf(what.of) };
      const request = { selection, validateOnly: what.only };
      const { output } = DownloadService.method[what.what];
      return [await said<DescMessage>(output, client[what.what](request))];
    }
    case "clean": {
      const which = what.chat === undefined ? { allChats: true } : { chatId: inRound(what.chat) };
      return [await said(CleanHistoryResponseSchema, client.cleanHistory({ ...which, validateOnly: what.only }))];
    }
    case "end": {
      const ended = [Math.floor(nowMs / 3_600_000), inRound(what.chat), "videos.example", what.failure, 1, 2] as const;
      await putEnded(opened.context.database, [ended]);
      return [];
    }
    case "statistics": {
      const request = { startTime: timestampFromMs(nowMs - 7_200_000) };
      return [await said(GetStatisticsResponseSchema, client.getStatistics(request))];
    }
    case "status":
      return [await said(GetStatusResponseSchema, client.getStatus({}))];
    case "list": {
      return await pages(client, filterOf(what.filter), what.pageSize);
    }
  }
}

async function pages(client: Client, asked: object, pageSize: number): Promise<string[]> {
  const all: string[] = [];
  let pageToken = "";
  do {
    const page = client.listTasks({ filter: asked, pageSize, pageToken });
    all.push(await said(ListTasksResponseSchema, page));
    pageToken = (await page.catch(() => undefined))?.nextPageToken ?? "";
  } while (pageToken !== "");
  return all;
}

/** Returns an answer or a refusal as text, without opaque tokens. */
async function said<Schema extends DescMessage>(
  schema: Schema,
  answer: Promise<MessageShape<Schema>>,
): Promise<string> {
  try {
    return toJsonString(schema, await answer, { registry }).replace(/"nextPageToken":"[^"]*"/, '"nextPageToken":""');
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    return `${code} ${rawMessage}`;
  }
}

/** Replaces ids, which are random, by their order. */
function named(text: string, ids: readonly string[]): string {
  return ids.reduce((left, id, index) => left.replaceAll(id, `task ${index}`), text);
}

/** Watches. `until` returns what is known of each task when a marker has come. */
async function watch(client: Client, signal: AbortSignal) {
  const stream = client.watchTasks({}, { signal })[Symbol.asyncIterator]();
  await stream.next();
  return {
    until: async (marker: string): Promise<{ known: [string, TaskState][]; deleted: string[] }> => {
      const known = new Map<string, TaskState>();
      const deleted = new Set<string>();
      while (!known.has(marker)) {
        const next = await stream.next();
        assert.ok(next.done !== true);
        const { event } = next.value;
        assert.doesNotMatch(toJsonString(WatchTasksResponseSchema, next.value), /foreign/);
        if (event.case === "changed") known.set(event.value.id, event.value.state);
        if (event.case === "deletedId") deleted.add(event.value);
        if (event.case === "deletedId") known.delete(event.value);
      }
      return { known: [...known], deleted: [...deleted] };
    },
  };
}
