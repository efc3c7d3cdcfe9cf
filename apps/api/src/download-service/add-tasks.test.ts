import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import {
  type AddTaskRequestSchema,
  AddTasksRequestSchema,
  type AddTasksResponse,
  AddTasksResponseSchema,
  BadRequestSchema,
} from "@dwld/rpc";
import { link, refusal, testService } from "../testing/test-service.ts";

type Request = MessageInitShape<typeof AddTaskRequestSchema>;

const mebibyte = 1024 * 1024;

function links(count: number): Request[] {
  return Array.from({ length: count }, (_, index) => ({ link: `https://videos.example/${index}` }));
}

/** The results in short: the link, and whether it was joined; or the code and the fields that break a rule. */
function inShort({ results }: AddTasksResponse): unknown[] {
  return results.map(({ result }) => {
    if (result.case === "response") return [result.value.task?.link, result.value.joined];
    const [detail] = result.value?.details ?? [];
    const violations = (detail && anyUnpack(detail, BadRequestSchema)?.fieldViolations) ?? [];
    return [Code[result.value?.code ?? 0], ...violations.map(({ field }) => field)];
  });
}

describe("adding many tasks", () => {
  const service = testService({
    pathOf: ({ userName }) => {
      if (userName === "nobody") throw new Error("this is a defect");
      return `ftp://nas/${userName}`;
    },
  });

  it("AddTasks: each request has its own answer, in order, and a bad one stops no other", async () => {
    const { id } = await service.add({ link: "https://videos.example/known", requestId: "r" });
    const answer = await service.client.addTasks({
      requests: [
        { link, chatId: "a" },
        { link: "ftp://videos.example/", folder: ".." },
        { link: "https://videos.example/known" },
        { link, chatId: "b" },
        { link, chatId: "a" },
        { link, requestId: "r" },
        { link, targetQuality: 9000 },
      ],
    });
    assert.deepEqual(inShort(answer), [
      [link, false],
      ["InvalidArgument", "link", "folder"],
      ["https://videos.example/known", true],
      [link, false],
      [link, true],
      ["AlreadyExists"],
      ["InvalidArgument", "target_quality"],
    ]);
    const tasks = answer.results.map(({ result }) => (result.case === "response" ? result.value.task : undefined));
    assert.deepEqual([tasks[2]?.id, tasks[4]?.id], [id, tasks[0]?.id]);
    assert.deepEqual((await service.client.listTasks({})).tasks, [tasks[3], tasks[0], tasks[2]]);
    const refused = answer.results[5]?.result;
    assert.ok(refused?.case === "error" && refused.value.message.includes(id));
    const logged = service.opened.logLines.filter((line) => line.includes("a task was asked for"));
    assert.equal(logged.length, 5);
  });

  it("AddTasks: a repeated call is answered with the same tasks", async () => {
    const requests = links(3).map((request, index) => ({ ...request, requestId: String(index) }));
    const first = await service.client.addTasks({ requests });
    assert.deepEqual(await service.client.addTasks({ requests }), first);
    assert.equal((await service.client.listTasks({})).tasks.length, 3);
  });

  it("AddTasks: takes 500 requests, and none of 501 or of none", async () => {
    for (const [count, words] of [
      [501, /^\[invalid_argument\] requests holds more than 500 requests: /],
      [0, /^\[invalid_argument\] requests is empty: /],
    ] as const) {
      const { message, code } = await refusal(service.client.addTasks({ requests: links(count) }));
      assert.equal(code, Code.InvalidArgument);
      assert.match(message, words);
    }
    assert.equal((await service.client.listTasks({})).tasks.length, 0);
    const { results } = await service.client.addTasks({ requests: links(500) });
    assert.equal(results.filter(({ result }) => result.case === "response" && !result.value.joined).length, 500);
    assert.equal((await service.client.listTasks({ pageSize: 500 })).tasks.length, 500);
  });

  it("AddTasks: a request that only asks for its plan has it, beside others that are added", async () => {
    const { results } = await service.client.addTasks({
      requests: [
        { link, validateOnly: true, userName: "ann" },
        { link: `${link}2` },
        { link: "", validateOnly: true },
        { link, validateOnly: true, userName: "nobody" },
      ],
    });
    const [plan, added, wrong, failed] = results.map(({ result }) => result);
    assert.ok(plan?.case === "response" && added?.case === "response");
    assert.deepEqual([plan.value.task?.id, plan.value.preview?.destination], ["", "ftp://nas/ann"]);
    assert.equal(added.value.preview, undefined);
    assert.ok(wrong?.case === "error" && failed?.case === "error");
    assert.deepEqual([wrong.value.code, failed.value.code], [Code.InvalidArgument, Code.Internal]);
    const [requestId = "?"] = /[\da-f]{16}/.exec(failed.value.message) ?? [];
    assert.ok(service.opened.logLines.some((line) => line.includes(requestId) && line.includes("this is a defect")));
    assert.deepEqual(
      (await service.client.listTasks({})).tasks.map((task) => task.link),
      [`${link}2`],
    );
  });

  const wrongSection = { start: { seconds: -1n }, end: { seconds: -1n } };
  const hostile: Record<string, Request> = {
    "links that grow threefold when they are percent-encoded": { link: `https://videos.example/${"я".repeat(980)}` },
    "requests that break as many rules as they can": {
      link: "-",
      userName: "/",
      folder: "//////",
      targetQuality: 9000,
      options: {
        subtitleLanguages: Array.from({ length: 10 }, () => "-"),
        sponsorblockRemove: Array.from({ length: 20 }, () => "-"),
        sponsorblockMark: Array.from({ length: 20 }, () => "-"),
        sections: Array.from({ length: 20 }, () => wrongSection),
        uploadedAfter: "-",
        uploadedBefore: "-",
      },
    },
  };
  for (const [what, request] of Object.entries(hostile))
    it(`AddTasks: the answer to ${what} stays below the 4 MiB that stock clients accept`, async () => {
      const requests = Array.from({ length: 500 }, (_, index) => ({ ...request, chatId: `${"c".repeat(60)}${index}` }));
      const sent = toBinary(AddTasksRequestSchema, create(AddTasksRequestSchema, { requests })).byteLength;
      assert.ok(sent < mebibyte, `${sent}`);
      const answer = toBinary(AddTasksResponseSchema, await service.client.addTasks({ requests })).byteLength;
      assert.ok(answer < 4 * mebibyte, `${answer}`);
    });

  it("AddTasks: a request of more than 1 MiB is refused", async () => {
    const requests = links(500).map((request) => ({ ...request, userName: "u".repeat(2100) }));
    const { code } = await refusal(service.client.addTasks({ requests }));
    assert.equal(code, Code.ResourceExhausted);
  });
});
