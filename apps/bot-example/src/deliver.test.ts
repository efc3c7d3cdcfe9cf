import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { DownloadService, TaskState } from "@dwld/rpc";
import { deliver } from "./deliver.ts";

test("bot: a task that is deleted ends the wait for it", async () => {
  const transport = createRouterTransport(({ service }) => {
    service(DownloadService, {
      addTask: () => ({ task: { id: "a", state: TaskState.QUEUED } }),
      async *watchTasks() {
        yield { event: { case: "deletedId", value: "b" } };
        yield { event: { case: "deletedId", value: "a" } };
        await new Promise(() => {});
      },
    });
  });
  const request = { link: "https://site.example/v", chatId: "1", requestId: "1" };
  await assert.rejects(
    deliver(createClient(DownloadService, transport), request),
    (error) => error instanceof ConnectError && error.code === Code.NotFound,
  );
});
