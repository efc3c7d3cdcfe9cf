import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  create,
  createRegistry,
  type DescMethod,
  type Message,
  type MessageInitShape,
  toJsonString,
} from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { defaultOptions } from "@dwld/options";
import { importTasks } from "@dwld/queue";
import { claimTask, putEnded } from "@dwld/queue/testing";
import { BadRequestSchema, DownloadService, GetTaskResponseSchema, StatisticsBy } from "@dwld/rpc";
import { connectInMemory, openContext, type OpenedContext } from "../testing/served-api.ts";
import { type Identity, localIdentity } from "./identity.ts";
import { has, rights } from "./rights.ts";

/** Tasks of another chat than the caller's. */
type Theirs = { chatId: string; link: string; requestId: string; ids: Record<"running" | "queued" | "over", string> };

type Methods = (typeof DownloadService)["method"];
type Requests = {
  [Name in keyof Methods]: ((theirs: Theirs) => MessageInitShape<Methods[Name]["input"]>[]) | "refused";
};

const nowMs = Date.now();
const startTime = timestampFromMs(nowMs - 7_200_000);
const each = ({ ids }: Theirs) => Object.values(ids).map((id) => ({ id }));
const filters = ({ ids, chatId, link }: Theirs, one: keyof Theirs["ids"] = "queued") =>
  [{}, { chatId }, { idPrefix: ids[one] }, { text: link }].map((filter) => ({ filter }));
const selections = (theirs: Theirs, one?: keyof Theirs["ids"]) =>
  [{ ids: Object.values(theirs.ids) }, ...filters(theirs, one)].map((selection) => ({ selection }));
const adds = ({ chatId, link, requestId }: Theirs) => [
  { link },
  { link, chatId },
  { link: `${link}/another`, requestId },
];

/**
 * The requests by which each method would reach the tasks of another chat, if it did not ask whose they are. `refused`: rights.ts
 * refuses the method to whoever sees some chats alone.
 */
const requests: Requests = {
  addTask: adds,
  addTasks: (theirs) => adds(theirs).map((request) => ({ requests: [request] })),
  getTask: each,
  listTasks: filters,
  watchTasks: filters,
  cancelTask: (theirs) => [...each(theirs), { id: theirs.ids.running, keep: true }],
  retryTask: each,
  deleteTask: each,
  retryTasks: (theirs) => selections(theirs, "over"),
  cancelTasks: selections,
  deleteTasks: selections,
  cleanHistory: ({ chatId }) => [{ allChats: true }, { chatId }],
  getStatistics: () => [{ startTime }, { startTime, by: StatisticsBy.CHAT }],
  getStatus: () => [{}],
  listSites: "refused",
  resumeSite: "refused",
  listHosts: "refused",
  forgetHost: "refused",
  testNotify: "refused",
};

/** The same for a run, before which nobody may have asked the compiler whether a method is missing. */
const listed: Readonly<Record<string, "refused" | ((theirs: Theirs) => object[]) | undefined>> = requests;

/** The fields of a request by which it may name tasks. */
const naming = /^(id|ids|\w+_ids?|tasks?|requests|selection|filter)$/;

describe("foreign tasks", () => {
  let whole: OpenedContext;
  /** A server that holds no task of another chat. */
  let part: OpenedContext;
  let round = 0;
  before(async () => {
    [whole, part] = await Promise.all([openContext({ now: () => nowMs }), openContext({ now: () => nowMs })]);
  });
  after(() => Promise.all([whole.close(), part.close()]));

  for (const method of DownloadService.methods)
    it(`foreign tasks: ${method.name}: a token of another chat neither sees nor changes them`, async () => {
      const { name, localName, input } = method;
      const add = `add to \`requests\` of foreign-tasks.test.ts requests by which ${localName} would reach the tasks of another chat`;
      const remedy = "hand the scope of its caller to the queue, as the other methods of download-service.ts do";
      const requestsOf = listed[localName];
      assert.ok(
        requestsOf !== undefined,
        `${add}, or "refused" if rights.ts refuses it to whoever sees some chats alone`,
      );
      if (requestsOf === "refused") {
        const right = rights[DownloadService.typeName]?.[localName] ?? "anybody";
        for (const role of ["user", "viewer"] as const)
          assert.ok(
            !has({ role, scope: ["own"] }, right),
            `rights.ts opens ${name} to a ${role} of some chats: ${add}`,
          );
        return;
      }
      const all = requestsOf(await refill());
      assert.ok(all.length > 0, add);
      const given = new Set(all.flatMap(Object.keys));
      for (const field of input.fields)
        assert.ok(given.has(field.localName) || !naming.test(field.name), `none has ${field.name}: ${add} by it`);
      for (const index of all.keys()) {
        const theirs = await refill();
        const request: Message = create(input, requestsOf(theirs)[index] as Record<string, unknown>);
        const words = `${name} ${toJsonString(input, request)}`;
        const ask = (opened: OpenedContext, chat: string) =>
          said(connectInMemory(opened, userOf(chat)), method, request);
        const untouched = await seenByAdmin(theirs);
        const answer = await ask(whole, "own");
        assert.equal(answer, await ask(part, "own"), `${words} tells another chat of them: ${remedy}`);
        assert.equal(await seenByAdmin(theirs), untouched, `${words} changes them for another chat: ${remedy}`);
        const ownersAnswer = (await ask(whole, theirs.chatId)).replaceAll(theirs.chatId, "own");
        assert.ok(
          ownersAnswer !== answer || (await seenByAdmin(theirs)) !== untouched,
          `${words} reaches nothing for their owner, either, and so proves nothing: ${add}`,
        );
      }
    });

  /** Puts tasks of a new chat in place of all others. */
  async function refill(): Promise<Theirs> {
    round += 1;
    const { database } = whole.context;
    for (const opened of [whole, part]) await connectInMemory(opened).deleteTasks({ selection: { filter: {} } });
    const chatId = `theirs ${round}`;
    const link = `https://videos.example/${round}`;
    const requestId = `r${round}`;
    const admin = connectInMemory(whole);
    const running = await admin.addTask({ link: `${link}/running`, chatId });
    await claimTask(database, "download", { processId: "p", defaultSiteParallel: 99 }, nowMs);
    const queued = await admin.addTask({ link, chatId, requestId });
    const over = await admin.addTask({ link: `${link}/over`, chatId });
    await admin.cancelTask({ id: over.task?.id ?? "" });
    const request = { chatId, link: `${link}/old`, site: "videos.example", userName: "", folder: "", targetQuality: 0 };
    await importTasks(database, [{ key: link, request: { ...request, options: defaultOptions }, over: {} }], nowMs);
    await putEnded(database, [[Math.floor(nowMs / 3_600_000), chatId, "videos.example", "network", 1, 2]]);
    const [one, two, three] = [running, queued, over].map(({ task }) => task?.id ?? "");
    return { chatId, link, requestId, ids: { running: one ?? "", queued: two ?? "", over: three ?? "" } };
  }

  /** Returns all of a chat's tasks but for their places in line, which depend on what others add. */
  async function seenByAdmin({ chatId }: Theirs): Promise<string> {
    const admin = connectInMemory(whole);
    const { tasks } = await admin.listTasks({ filter: { chatId } });
    const answers = await Promise.all(tasks.map(({ id }) => admin.getTask({ id })));
    for (const { task } of answers) delete task?.wait;
    return answers.map((one) => toJsonString(GetTaskResponseSchema, one)).join("\n");
  }
});

function userOf(chat: string): Identity {
  return { ...localIdentity, name: chat, id: chat, role: "user", scope: [chat] };
}

/** The types of details of errors. */
const registry = createRegistry(BadRequestSchema);

/** Returns an answer, the first of a stream, or a refusal as text, without ids, which are random, and opaque tokens. */
async function said(
  client: ReturnType<typeof connectInMemory>,
  { localName, output }: DescMethod,
  request: Message,
): Promise<string> {
  const leave = new AbortController();
  const call = client[localName as keyof Methods] as unknown as (
    request: Message,
    options: { signal: AbortSignal },
  ) => Promise<Message> | AsyncIterable<Message>;
  try {
    const answer = call(request, { signal: leave.signal });
    const message = "then" in answer ? await answer : await firstOf(answer);
    return toJsonString(output, message, { registry })
      .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "an id")
      .replaceAll(/"(nextPageToken|revision)":"[^"]*"/g, '"$1":""');
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    return `${code} ${rawMessage}`;
  } finally {
    leave.abort();
  }
}

async function firstOf(stream: AsyncIterable<Message>): Promise<Message> {
  for await (const message of stream) return message;
  assert.fail("it ended without a message");
}
