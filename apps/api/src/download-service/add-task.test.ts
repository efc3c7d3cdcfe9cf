import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { AddTaskRequestSchema } from "@dwld/rpc";
import { addTaskRules } from "../rules/request-rules.ts";
import { link, refusal, testService } from "../testing/test-service.ts";
import { addTask } from "./add-task.ts";

describe("adding a task", () => {
  const service = testService();
  const { add } = service;

  it("AddTask: a request id of another request is refused, naming its task", async () => {
    const { id } = await add({ requestId: "r" });
    const { code, message } = await refusal(service.client.addTask({ link: "https://other.example/", requestId: "r" }));
    assert.equal(code, Code.AlreadyExists);
    assert.ok(message.includes(id), message);
    assert.equal((await service.client.listTasks({})).tasks.length, 1);
  });

  it("AddTask: validate_only answers with site, stages and folder, and adds no task", async () => {
    const asked = await service.client.addTask({ link, userName: "ann", validateOnly: true });
    assert.deepEqual([asked.task?.id, asked.task?.site, asked.joined], ["", "videos", false]);
    assert.deepEqual([asked.preview?.stages, asked.preview?.destination], [["default"], "ftp://nas/ann"]);
    assert.equal((await service.client.listTasks({})).tasks.length, 0);
    const { id } = await add({ userName: "ann" });
    const again = await service.client.addTask({ link, userName: "ann", validateOnly: true });
    assert.deepEqual([again.task?.id, again.joined], [id, true]);
    const { code } = await refusal(service.client.addTask({ link: "nonsense", validateOnly: true }));
    assert.equal(code, Code.InvalidArgument);
  });

  it("AddTask: validate_only tells a caller of some chats nothing of the machine", async () => {
    const { context } = service.opened;
    const viewer = { role: "user", scope: ["a"] } as const;
    const asking = { rules: addTaskRules(Date.now), caller: { address: undefined, token: undefined }, viewer };
    const request = create(AddTaskRequestSchema, { link, userName: "ann", validateOnly: true });
    assert.equal((await addTask(context, asking, request)).preview?.destination, "ann");
  });

  it("AddTask: a task is found again by its short id, and by no less", async () => {
    const added = [];
    for (let count = 0; count < 20; count += 1) added.push(await add({ link: `https://videos.example/${count}` }));
    const listed = (await service.client.listTasks({})).tasks;
    for (const { id, shortId } of listed) {
      assert.ok(id.startsWith(shortId) && shortId.length >= 13);
      const found = (await service.client.listTasks({ filter: { idPrefix: shortId } })).tasks;
      assert.deepEqual(
        found.map((task) => task.id),
        [id],
      );
      const less = (await service.client.listTasks({ filter: { idPrefix: shortId.slice(0, -1) } })).tasks;
      assert.ok(shortId.length === 13 || shortId.at(-2) === "-" || less.length > 1, shortId);
    }
    assert.equal(added.length, listed.length);
  });
});
