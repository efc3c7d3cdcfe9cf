import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  BadRequestSchema,
  CleanHistoryRequestSchema,
  DownloadService,
  TaskFilterSchema,
  TaskSelectionSchema,
  TaskState,
} from "@dwld/rpc";
import { localIdentity } from "../access/identity.ts";
import { connectInMemory, testLimits } from "../testing/served-api.ts";
import { refusal, testService } from "../testing/test-service.ts";

describe("changing many tasks", () => {
  const service = testService();
  const url = (name: string | number) => `https://videos.example/${name}`;
  const fill = async (count: number, chatId = "") => {
    const links = Array.from({ length: count }, (_, index) => ({ link: url(index), chatId }));
    const { results } = await service.client.addTasks({ requests: links });
    return results.flatMap(({ result }) => (result.case === "response" ? [result.value.task?.id ?? ""] : []));
  };
  const states = async () => (await service.client.listTasks({ pageSize: 500 })).tasks.map(({ state }) => state);
  const methods = ["retryTasks", "cancelTasks", "deleteTasks"] as const;

  it("RetryTasks, CancelTasks, DeleteTasks: neither ids nor a filter, both, 501 ids or an empty one are refused by the field", async () => {
    const ids = await fill(1);
    const cases = [
      [{}, "selection", /^has neither ids nor a filter/],
      [{ ids, filter: {} }, "selection", /^has ids and a filter/],
      [{ ids: Array.from({ length: 501 }, String) }, "selection.ids", /^holds more than 500 ids/],
      [{ ids: ["x", ""] }, "selection.ids[1]", /^is empty/],
      [{ filter: { text: "x".repeat(201) } }, "selection.filter.text", /longer than 200/],
    ] as const;
    for (const method of methods) {
      for (const [selection, field, description] of cases) {
        const error = await refusal(service.client[method]({ selection } as object));
        assert.equal(error.code, Code.InvalidArgument);
        const [violation] = error.findDetails(BadRequestSchema)[0]?.fieldViolations ?? [];
        assert.equal(violation?.field, field);
        assert.match(violation.description, description);
      }
      assert.equal((await refusal(service.client[method]({}))).code, Code.InvalidArgument);
    }
    assert.deepEqual(await states(), [TaskState.QUEUED]);
  });

  it("RetryTasks, CancelTasks, DeleteTasks, CleanHistory: a field of a later contract, which may narrow what is meant, is refused", async () => {
    await fill(1);
    const later = { $unknown: [{ no: 99, wireType: 0, data: Uint8Array.of(1) }] };
    const filter = Object.assign(create(TaskFilterSchema), later);
    const selection = create(TaskSelectionSchema, { filter: {} });
    for (const method of methods) {
      const { input } = DownloadService.method[method];
      const cases = [
        [create(input, { selection: create(TaskSelectionSchema, { filter }) }), "selection.filter.99"],
        [
          create(input, { selection: Object.assign(create(TaskSelectionSchema, { filter: {} }), later) }),
          "selection.99",
        ],
        [Object.assign(create(input, { selection }), later), "99"],
      ] as const;
      for (const [request, field] of cases) {
        const error = await refusal(service.client[method](request as object));
        assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field, field);
      }
    }
    const cleaned = await refusal(service.client.cleanHistory(Object.assign(create(CleanHistoryRequestSchema), later)));
    assert.equal(cleaned.code, Code.InvalidArgument);
    assert.deepEqual(await states(), [TaskState.QUEUED]);
  });

  it("CancelTasks, RetryTasks, DeleteTasks: each id is counted or refused once, as its own call would; a repeated call repeats it", async () => {
    const [one = "", two = "", three = ""] = await fill(3);
    const ids = [one, two, one, "none"];
    const missing = { code: Code.NotFound, message: "there is no task none; it may have been deleted" };
    const told = (refusals: readonly { id: string; error?: { code: number; message: string } | undefined }[]) =>
      refusals.map(({ id, error }) => [id, error && { code: error.code, message: error.message }]);
    for (let turn = 0; turn < 2; turn += 1) {
      const seen = await service.client.cancelTasks({ selection: { ids }, validateOnly: true });
      const canceled = await service.client.cancelTasks({ selection: { ids } });
      assert.deepEqual(
        [seen, canceled].map(({ canceledCount }) => canceledCount),
        [2n, 2n],
      );
      assert.deepEqual(told(canceled.refusals), [["none", missing]]);
    }
    const retried = await service.client.retryTasks({ selection: { ids: [three, two] } });
    assert.equal(retried.retriedCount, 1n);
    const alone = await refusal(service.client.retryTask({ id: three }));
    assert.deepEqual(told(retried.refusals), [[three, { code: alone.code, message: alone.rawMessage }]]);
    const deleted = [];
    for (let turn = 0; turn < 2; turn += 1) deleted.push(await service.client.deleteTasks({ selection: { ids } }));
    assert.deepEqual(
      deleted.map(({ deletedCount }) => deletedCount),
      [2n, 0n],
    );
    assert.deepEqual(
      told(deleted[1]?.refusals ?? []).map(([id]) => id),
      [one, two, "none"],
    );
    assert.deepEqual(await states(), [TaskState.QUEUED]);
  });

  it("CancelTasks: an empty filter is everything that the caller may change, and no other's; what is counted beforehand is what is canceled", async () => {
    const [own] = [await fill(250, "own"), await fill(3, "foreign")];
    const asUser = connectInMemory(service.opened, { ...localIdentity, role: "user", scope: ["own"] });
    const selection = { filter: {} };
    const counts = [
      await asUser.cancelTasks({ selection, validateOnly: true }),
      await asUser.cancelTasks({ selection }),
      await asUser.cancelTasks({ selection }),
      await service.client.cancelTasks({ selection }),
    ];
    assert.deepEqual(
      counts.map(({ canceledCount }) => Number(canceledCount)),
      [250, 250, 0, 3],
    );
    const other = await asUser.deleteTasks({ selection: { ids: own.slice(0, 2) } });
    assert.equal(other.deletedCount, 2n);
    const searched = await service.client.deleteTasks({ selection: { filter: { text: "/24", chatId: "own" } } });
    assert.equal(searched.deletedCount, 11n);
    assert.equal((await service.client.deleteTasks({ selection })).deletedCount, 240n);
    assert.deepEqual(await states(), []);
  });

  it("RetryTasks: a limit refuses ids one by one, and of a filter it is told once", async () => {
    const ids = await fill(4);
    await service.client.cancelTasks({ selection: { ids } });
    const { opened } = service;
    const clock = { ms: 0 };
    const limits = testLimits("limits: { perChat: { addsPerMinute: 2 } }", opened.logger, () => clock.ms);
    const limited = connectInMemory({ ...opened, context: { ...opened.context, limits } });
    const named = await limited.retryTasks({ selection: { ids } });
    assert.equal(named.retriedCount, 2n);
    assert.deepEqual(
      named.refusals.map(({ id }) => id),
      ids.slice(2),
    );
    assert.deepEqual(
      named.refusals.map(({ error }) => [error?.code, error?.details.length]),
      [
        [Code.ResourceExhausted, 4],
        [Code.ResourceExhausted, 4],
      ],
    );
    assert.match(named.refusals[1]?.error?.message ?? "", /^this chat adds too many links: .* 60 s$/);
    clock.ms += 30_000;
    const filtered = await limited.retryTasks({ selection: { filter: {} } });
    assert.deepEqual(
      [filtered.retriedCount, filtered.refusals, filtered.limit?.code],
      [1n, [], Code.ResourceExhausted],
    );
    assert.equal(limits.status().find(({ limit }) => limit === "addsPerMinute")?.refusedCount, 3);
  });

  it("CancelTasks: a call that is aborted, or whose server stops, leaves the tasks of later steps as they are, and says so", async () => {
    await fill(300);
    const { opened, client } = service;
    const leaving = new AbortController();
    const write = opened.context.database.write.bind(opened.context.database);
    let end = (): void => {
      leaving.abort();
    };
    opened.context.database.write = async (...given) => {
      const written = await write(...given);
      end();
      return written;
    };
    const aborted = await refusal(client.cancelTasks({ selection: { filter: {} } }, { signal: leaving.signal }));
    assert.equal(aborted.code, Code.Canceled);
    end = opened.stop;
    const stopped = await refusal(client.cancelTasks({ selection: { filter: {} } }));
    assert.equal(stopped.code, Code.Unavailable);
    assert.match(stopped.rawMessage, /^\d+ tasks were changed; as to the others: the server is shutting down/);
    const left = (await states()).filter((state) => state === TaskState.QUEUED).length;
    assert.ok(left >= 100 && left <= 298, `${left} of 300`);
  });
});
