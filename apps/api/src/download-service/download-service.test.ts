import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { defaultOptions } from "@dwld/options";
import { addTask, endAttempt, filesOf, type Lease, noteFacts, registerProcess, startAttempt } from "@dwld/queue";
import { claimTask, recordDelivered, settleDelivery, settleDownload, testHost } from "@dwld/queue/testing";
import { BadRequestSchema, FailureClass, LiveMode, TaskState, TroubleKind, WaitReason } from "@dwld/rpc";
import { eventually } from "@dwld/testbed";
import { link, refusal, testService } from "../testing/test-service.ts";

const heartbeatMs = 5;
const claimant = { processId: "worker", defaultSiteParallel: 10 };
const failure = {
  failureClass: "gone",
  message: "ERROR: Video unavailable",
  advice: { en: "It was removed.", ru: "по-русски" },
};

describe("the download service", () => {
  const service = testService({
    destination: "ftp://nas.example:21/videos",
    diskBounds: { minFreeBytes: 2_000, maxWaitingBytes: 50_000 },
  });
  const { add } = service;

  async function claim(): Promise<Lease> {
    const lease = await claimTask(service.opened.context.database, "download", claimant, Date.now());
    assert.ok(lease);
    return lease;
  }

  it("download service: a link that was taken is there, with everything that was asked for", async () => {
    const startAfter = timestampFromMs(Date.now() + 60_000);
    const added = await add({
      targetQuality: 720,
      chatId: "chat",
      userName: "anna",
      folder: "films/2026",
      requestId: "r1",
      startAfter,
      options: { audioOnly: true, subtitleLanguages: ["en"], playlist: true, playlistLimit: 7 },
    });
    const { task } = await service.client.getTask({ id: added.id });
    assert.deepEqual(task, added);
    assert.equal(task?.state, TaskState.QUEUED);
    assert.equal(task.site, "videos");
    assert.deepEqual([task.wait?.reason, task.wait?.until?.seconds], [WaitReason.START_TIME, startAfter.seconds]);
    assert.deepEqual(
      [task.targetQuality, task.chatId, task.userName, task.folder, task.requestId],
      [720, "chat", "anna", "films/2026", "r1"],
    );
    assert.deepEqual(task.options?.subtitleLanguages, ["en"]);
  });

  it("download service: two equal links at once make one task", async () => {
    const answers = await Promise.all([service.client.addTask({ link }), service.client.addTask({ link })]);
    assert.equal(answers[0].task?.id, answers[1].task?.id);
    assert.deepEqual(
      answers.map(({ joined }) => joined),
      [false, true],
    );
    assert.equal((await service.client.listTasks({})).tasks.length, 1);
  });

  it("download service: another chat, quality or folder is another task", async () => {
    const ids = new Set();
    for (const other of [
      {},
      { chatId: "b" },
      { targetQuality: 480 },
      { folder: "x" },
      { options: { audioOnly: true } },
    ])
      ids.add((await add(other)).id);
    assert.equal(ids.size, 5);
  });

  it("download service: a repeated request id is answered with the same task, even after it is final", async () => {
    const { id } = await add({ requestId: "r1" });
    await service.client.cancelTask({ id });
    const again = await service.client.addTask({ link, requestId: "r1" });
    assert.deepEqual([again.task?.id, again.joined], [id, false]);
    assert.notEqual((await add({ requestId: "r2" })).id, id);
  });

  it("download service: a bad request is refused whole, and nothing is stored", async () => {
    const error = await refusal(service.client.addTask({ link: "", targetQuality: 9000 }));
    assert.equal(error.code, Code.InvalidArgument);
    const fields = error
      .findDetails(BadRequestSchema)
      .flatMap(({ fieldViolations }) => fieldViolations.map(({ field }) => field));
    assert.deepEqual(fields, ["link", "target_quality"]);
    assert.equal((await service.client.listTasks({})).tasks.length, 0);
  });

  it("download service: an unknown id is NOT_FOUND in every method", async () => {
    const id = "00000000-0000-7000-8000-000000000000";
    const calls = [
      service.client.getTask({ id }),
      service.client.cancelTask({ id }),
      service.client.retryTask({ id }),
      service.client.deleteTask({ id }),
    ];
    for (const call of calls) assert.equal((await refusal(call)).code, Code.NotFound);
    assert.equal((await refusal(service.client.getTask({ id: "" }))).code, Code.InvalidArgument);
  });

  it("download service: canceling twice is answered as it is; a task that is done cannot be canceled", async () => {
    const first = await add();
    for (const call of [1, 2])
      assert.equal((await service.client.cancelTask({ id: first.id })).task?.state, TaskState.CANCELED, `call ${call}`);
    const second = await add();
    const outcome = { outcome: "expanded" as const, title: "", entries: [], sites: {} };
    await settleDownload(service.opened.context.database, await claim(), outcome, Date.now());
    const error = await refusal(service.client.cancelTask({ id: second.id }));
    assert.equal(error.code, Code.FailedPrecondition);
    assert.match(error.rawMessage, /DONE/);
  });

  it("download service: a recording goes on until its owner has ended it; what is no recording has nothing to keep", async () => {
    const { id } = await add({ options: { liveMode: LiveMode.RECORD } });
    const early = await refusal(service.client.cancelTask({ id, keep: true }));
    assert.equal(early.code, Code.FailedPrecondition);
    assert.match(early.rawMessage, /no live stream/);
    await claim();
    assert.equal((await service.client.cancelTask({ id, keep: true })).task?.state, TaskState.DOWNLOADING);
  });

  it("download service: a failed task starts again, unless another already asks for the same", async () => {
    const { id } = await add();
    await settleDownload(
      service.opened.context.database,
      await claim(),
      { outcome: "failed", failure, retryAt: null },
      Date.now(),
    );
    assert.equal((await service.client.getTask({ id })).task?.failure?.failureClass, FailureClass.GONE);
    const other = await add();
    const error = await refusal(service.client.retryTask({ id }));
    assert.equal(error.code, Code.AlreadyExists);
    assert.ok(error.rawMessage.includes(other.id));
    await service.client.cancelTask({ id: other.id });
    const { task } = await service.client.retryTask({ id });
    assert.deepEqual([task?.state, task?.failure], [TaskState.QUEUED, undefined]);
    assert.equal((await refusal(service.client.retryTask({ id }))).code, Code.FailedPrecondition);
  });

  it("download service: a deleted task is forgotten", async () => {
    const { id } = await add();
    await service.client.deleteTask({ id });
    assert.equal((await refusal(service.client.getTask({ id }))).code, Code.NotFound);
  });

  it("download service: a retry of a task that is queued says what can be done to it", async () => {
    const { id } = await add();
    const { code, message } = await refusal(service.client.retryTask({ id }));
    assert.equal(code, Code.FailedPrecondition);
    assert.match(message, /is QUEUED: it begins by itself, so there is nothing to retry; it can be canceled/);
  });

  it("download service: a task comes with attempts, files once it is done, and progress while it is in work", async () => {
    const { id } = await add();
    const lease = await claim();
    const { database } = service.opened.context;
    const attempt = await startAttempt(
      database,
      lease,
      { host: "here", stage: "default", ytdlpVersion: "2026.01.01" },
      Date.now(),
    );
    assert.ok(attempt);
    await noteFacts(database, lease, { title: "Кот", width: 1280, height: 720 });
    service.opened.cache.live.set(id, { doneBytes: 10, progressPercent: 50, step: "video", updatedAtMs: Date.now() });
    const working = (await service.client.getTask({ id })).task;
    assert.deepEqual([working?.progress?.progressPercent, working?.title, working?.height], [50, "Кот", 720]);
    assert.equal(working?.attempts[0]?.stage, "default");
    assert.equal((await service.client.getStatus({})).inWork[0]?.progress?.doneBytes, 10n);

    const result = { outcome: "succeeded", exitCode: 0, downloadedBytes: 10, stderrTail: "" } as const;
    await endAttempt(database, lease, { row: attempt, result }, Date.now());
    const file = { name: "кот.mp4", localPath: "/d/кот.mp4", sizeBytes: 10, sha256: "ab" };
    await settleDownload(
      database,
      lease,
      { outcome: "downloaded", files: [file], media: {}, host: "here" },
      Date.now(),
    );
    const delivery = await claimTask(
      database,
      "delivery",
      { processId: "p", host: testHost, defaultSiteParallel: 1 },
      Date.now(),
    );
    assert.ok(delivery);
    for (const one of await filesOf(database, [delivery.task.seq]))
      await recordDelivered(database, delivery, { file: one }, Date.now());
    await settleDelivery(database, delivery, { outcome: "delivered" }, Date.now());
    const [listed] = (await service.client.listTasks({})).tasks;
    assert.equal(listed?.files[0]?.name, "кот.mp4");
    assert.deepEqual([listed.attempts.length, listed.progress], [0, undefined]);
    assert.equal((await service.client.getTask({ id })).task?.attempts[0]?.exitCode, 0);
  });

  it("download service: the status counts every state, and says where files go", async () => {
    await add();
    const status = await service.client.getStatus({});
    assert.deepEqual(
      status.counts.map(({ state, count }) => [state, count]),
      [1, 2, 3, 4, 5, 6, 7].map((state) => [state, state === 1 ? 1n : 0n]),
    );
    assert.equal(status.destination, "ftp://nas.example:21/videos");
    assert.equal(status.cache, "ok");
    assert.ok((status.downloadsDisk?.totalBytes ?? 0n) > 0n);
  });

  it("download service: the status names the walls of each worker", async () => {
    const { database } = service.opened.context;
    const onError = (error: unknown) => assert.fail(String(error));
    const walls = { networkNamespace: false, sandbox: true, text: "no namespace" };
    const self = { version: "1", pid: 1, host: testHost };
    const worker = await registerProcess(database, { ...self, app: "worker", walls }, { onError });
    const sender = await registerProcess(database, { ...self, app: "ftp-sender" }, { onError });
    const { processes } = await service.client.getStatus({});
    await Promise.all([worker.close(), sender.close()]);
    const told = processes.map(({ app, walls: of }) => [app, of?.networkNamespace, of?.sandbox, of?.text]);
    assert.deepEqual(told, [
      ["ftp-sender", undefined, undefined, undefined],
      ["worker", false, true, "no namespace"],
    ]);
  });

  it("download service: the status names each trouble of a process by its kind", async () => {
    const { database } = service.opened.context;
    const onError = (error: unknown) => assert.fail(String(error));
    const self = { version: "1", pid: 1, app: "worker" as const, host: testHost };
    const worker = await registerProcess(database, self, { onError }, { intervalMs: heartbeatMs });
    const expected = [
      { kind: TroubleKind.COOKIES, text: "a.txt is set aside" },
      { kind: TroubleKind.YTDLP, text: "no yt-dlp" },
    ];
    worker.setTrouble("yt-dlp", "no yt-dlp");
    worker.setTrouble("cookies", "a.txt is set aside");
    await eventually("the status tells both", async () => {
      const [process] = (await service.client.getStatus({})).processes;
      const told = process?.troubles.map(({ kind, text }) => ({ kind, text }));
      return isDeepStrictEqual(told, expected) && process?.trouble === "a.txt is set aside; no yt-dlp";
    });
    await worker.close();
  });

  it("download service: the status says what is kept free, and what waits for its delivery", async () => {
    const { database } = service.opened.context;
    await add();
    const lease = await claimTask(database, "download", { processId: "p", defaultSiteParallel: 1 }, Date.now());
    assert.ok(lease);
    const file = { name: "v.mp4", localPath: "/d/v.mp4", sizeBytes: 700, sha256: "ab" };
    const outcome = { outcome: "downloaded", files: [file], media: {}, host: "here" } as const;
    await settleDownload(database, lease, outcome, Date.now());
    const { downloadsDisk } = await service.client.getStatus({});
    assert.deepEqual(
      [downloadsDisk?.reserveBytes, downloadsDisk?.waitingBytes, downloadsDisk?.maxWaitingBytes],
      [2_000n, 700n, 50_000n],
    );
  });

  it("download service: a database that was closed is unavailable, and a caller may repeat", async () => {
    const { context } = service.opened;
    await addTask(
      context.database,
      {
        link,
        site: "s",
        chatId: "",
        userName: "",
        folder: "",
        targetQuality: 0,
        options: defaultOptions,
      },
      1,
    );
    const closing = context.database.close();
    assert.equal((await refusal(service.client.addTask({ link: `${link}2` }))).code, Code.Unavailable);
    await closing;
  });
});
