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

test("bot: what a downloader says reaches the terminal as text alone", async (t) => {
  const log = t.mock.method(console, "log", () => undefined);
  let calls = 0;
  const transport = createRouterTransport(({ service }) => {
    service(DownloadService, {
      addTask: () => {
        calls += 1;
        if (calls === 1) throw new ConnectError("busy\u001b]0;owned\u0007\u202E\nnow", Code.Unavailable);
        return { task: { id: "a", state: TaskState.DONE } };
      },
    });
  });
  const request = { link: "https://site.example/v", chatId: "1", requestId: "1" };
  await deliver(createClient(DownloadService, transport), request);
  assert.deepEqual(
    log.mock.calls.map(({ arguments: said }) => said as unknown[]),
    [["* again after: busy now"]],
  );
});
