import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { registerProcess } from "@dwld/queue";
import { claimTask, testHost } from "@dwld/queue/testing";
import { DownloadService } from "@dwld/rpc";
import { eventually, isThorough } from "@dwld/testbed";
import { serveApi } from "../testing/served-api.ts";

const links = isThorough ? 10_000 : 1500;

test("flood: while one chat adds thousands of links, a link of another is answered, and is the next but one to begin", async (context) => {
  const api = await serveApi();
  const { database } = api.context;
  const self = { app: "worker", host: testHost, version: "1", pid: process.pid } as const;
  const worker = await registerProcess(database, self, { onError: (error) => assert.fail(String(error)) });
  context.after(async () => {
    await worker.close();
    await api.close();
  });
  const client = createClient(DownloadService, createGrpcTransport({ baseUrl: api.grpcUrl }));
  const claim = async () => {
    const claimant = { processId: worker.processId, defaultSiteParallel: 9 };
    return (await claimTask(database, "download", claimant, Date.now()))?.task;
  };
  // The flood has begun, on another site, so that the limit of the site is not what the others wait for.
  await client.addTask({ link: "https://other.example/", chatId: "flooder" });
  await claim();

  let added = 0;
  const flood = () => {
    const requests = Array.from({ length: 500 }, () => ({
      link: `https://tube.example/${(added += 1)}`,
      chatId: "flooder",
    }));
    return client.addTasks({ requests });
  };
  const flooding = Promise.all([flood(), flood()]);
  const { task } = await client.addTask({ link: "https://tube.example/mine", chatId: "ann" });
  assert.ok(task);
  await flooding;
  while (added < links) await flood();
  await eventually("its place is told", async () => {
    const { task: now } = await client.getTask({ id: task.id });
    return now?.wait?.placeInLine === 2;
  });
  assert.equal((await claim())?.chat_id, "flooder");
  assert.equal((await claim())?.id, task.id);
});
