import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Code } from "@connectrpc/connect";
import { addTask, registerProcess } from "@dwld/queue";
import { claimTask, settleDownload, testHost } from "@dwld/queue/testing";
import { defaultOptions } from "@dwld/options";
import { connectInMemory, type OpenedContext, openContext } from "../testing/served-api.ts";
import { refusal } from "../testing/test-service.ts";

const there = { name: "there", shared: "", dataId: "there" };

/** Puts a task in the table whose file waits on a host. */
async function waitingOn({ context: { database } }: OpenedContext, host: string): Promise<void> {
  const request = {
    link: `https://a.example/${host}`,
    site: "s",
    chatId: "",
    userName: "",
    folder: "",
    targetQuality: 0,
  };
  await addTask(database, { ...request, options: defaultOptions }, 1);
  const lease = (await claimTask(database, "download", { processId: "p", defaultSiteParallel: 9 }, 1)) ?? assert.fail();
  const files = [{ name: "v.mp4", localPath: "/v.mp4", sizeBytes: 7, sha256: "" }];
  await settleDownload(database, lease, { outcome: "downloaded", files, media: {}, host }, 1);
}

describe("hosts", () => {
  let opened: OpenedContext;
  before(async () => {
    opened = await openContext();
  });
  after(() => opened.close());

  it("hosts: each is told with its processes and what waits there, and in the status without processes", async () => {
    const { database } = opened.context;
    const self = { app: "worker", host: testHost, version: "1", pid: process.pid } as const;
    const worker = await registerProcess(database, self, { onError: assert.ifError });
    await waitingOn(opened, there.name);
    const client = connectInMemory(opened);
    const { hosts } = await client.listHosts({});
    const told = hosts.map(({ name, alive, waitingCount, downloadsDisk, processes }) => [
      ...[name, alive, waitingCount, downloadsDisk?.waitingBytes],
      processes.map(({ app }) => app),
    ]);
    assert.deepEqual(told, [
      ["here", true, 0n, 0n, ["worker"]],
      ["there", false, 1n, 7n, []],
    ]);
    const status = await client.getStatus({});
    assert.deepEqual(
      status.hosts.map(({ name, alive, processes }) => [name, alive, processes]),
      [
        ["here", true, []],
        ["there", false, []],
      ],
    );
    for (const validateOnly of [true, false])
      await assertRefused(
        client.forgetHost({ name: "here", validateOnly }),
        Code.FailedPrecondition,
        /"here" is alive/,
      );
    await worker.close();
  });

  it("hosts: one that is forgotten has its tasks started again, and is told no more", async () => {
    const client = connectInMemory(opened);
    assert.equal((await client.forgetHost({ name: "there", validateOnly: true })).restartedCount, 1n);
    assert.equal((await client.forgetHost({ name: "there" })).restartedCount, 1n);
    assert.deepEqual(
      (await client.listHosts({})).hosts.map(({ name }) => name),
      ["here"],
    );
    for (const validateOnly of [true, false])
      await assertRefused(client.forgetHost({ name: "there", validateOnly }), Code.NotFound, /no machine "there"/);
    await assertRefused(client.forgetHost({ name: "" }), Code.InvalidArgument, /ListHosts/);
  });
});

async function assertRefused(call: Promise<unknown>, code: Code, words: RegExp): Promise<void> {
  const error = await refusal(call);
  assert.equal(error.code, code);
  assert.match(error.rawMessage, words);
}
