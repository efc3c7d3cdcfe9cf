import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, createRouterTransport, type Transport } from "@connectrpc/connect";
import { defaultOptions } from "@dwld/options";
import {
  addTask,
  cancelTask,
  type ClaimKind,
  countTasks,
  registerProcess,
  filesOf,
  importTasks,
  type Lease,
  listTasks,
  noteFacts,
  retryTask,
} from "@dwld/queue";
import { claimTask, recordDelivered, settleDelivery, settleDownload, testHost } from "@dwld/queue/testing";
import { DownloadService, TaskState } from "@dwld/rpc";
import { Health, ServingStatus } from "@dwld/rpc/services";
import { routerOptions } from "../../listeners/router-options.ts";
import { addRoutes } from "../../routes.ts";
import { Downloader, type OnWork, OnWorkSchema, type Task as LegacyTask } from "../gen/grpc/v1/downloader_pb.ts";
import { localIdentity } from "../../access/identity.ts";
import { admitting, openContext, type OpenedContext, testCounts } from "../../testing/served-api.ts";

const link = "https://videos.example/watch?v=1";
const failure = {
  failureClass: "gone",
  message: "ERROR: 404",
  advice: { en: "It was removed.", ru: "Видео удалено." },
};
const wanted = { site: "", chatId: "", userName: "", folder: "", targetQuality: 0, options: defaultOptions };
const files = [
  { name: "A film [1].mp4", localPath: "/downloads/1.mp4", sizeBytes: 1_500_000, sha256: "" },
  { name: "A film [1].en.vtt", localPath: "/downloads/1.vtt", sizeBytes: 500_000, sha256: "" },
];

describe("the legacy contract", () => {
  let opened: OpenedContext;
  let isReady: boolean;
  let transport: Transport;
  let bot: ReturnType<typeof createClient<typeof Downloader>>;

  beforeEach(async () => {
    isReady = true;
    opened = await openContext({ destination: "ftp://nas.example:21/videos" });
    const { context, logger } = opened;
    transport = createRouterTransport(
      (router) => {
        addRoutes(router, context, { ready: () => Promise.resolve(isReady), stopping: context.stopping });
      },
      { router: admitting(localIdentity, routerOptions(logger, testCounts())) },
    );
    bot = createClient(Downloader, transport);
  });

  afterEach(async () => {
    await opened.close();
  });

  async function claim(kind: ClaimKind = "download"): Promise<Lease> {
    const claimant = { processId: "worker", host: testHost, defaultSiteParallel: 9 };
    return (await claimTask(opened.context.database, kind, claimant, Date.now())) ?? assert.fail("nothing to claim");
  }

  const downloaded = { outcome: "downloaded", files, media: { title: "A film" }, host: testHost.name } as const;
  const settle = (lease: Lease, outcome: Parameters<typeof settleDownload>[2]) =>
    settleDownload(opened.context.database, lease, outcome, Date.now());
  const words = (tasks: readonly LegacyTask[]) => tasks.map(({ status, message }) => [status, message]);
  const queue = async () => (await bot.queue({})).queue;
  const status = async (): Promise<OnWork> => {
    const { linksInWork } = await bot.status({});
    assert.equal(linksInWork.length, 1);
    return linksInWork[0] ?? assert.fail();
  };

  it("legacy contract: says each state of a task in its own five words", async () => {
    await bot.setToQueue({ link, userName: "ann/films", maxQuality: 720 });
    assert.deepEqual(words(await queue()), [["NEW", "waits, since no worker is running"]]);
    assert.deepEqual((await bot.status({})).linksInWork, []);

    const lease = await claim();
    await noteFacts(opened.context.database, lease, { title: "A film" });
    opened.cache.live.set(lease.task.id, { doneBytes: 500_000, totalBytes: 2_000_000, step: "video", updatedAtMs: 1 });
    const work = create(OnWorkSchema, {
      link,
      filename: "A film",
      moveTo: "ftp://nas.example:21/videos/ann/films",
      targetQuantity: 720n,
      procentage: 25,
      status: "WORK",
      currentSize: 0.5,
      totalSize: 2,
      message: "video",
    });
    assert.deepEqual(await status(), work);
    assert.deepEqual(words(await queue()), [["WORK", undefined]]);

    await settle(lease, downloaded);
    const { filename, procentage, currentSize, totalSize, ...toSend } = await status();
    assert.equal(toSend.status, "TO_SEND");
    assert.deepEqual([filename, procentage, currentSize, totalSize], ["A film [1].mp4", 100, 2, 2]);

    opened.cache.live.clear();
    const delivery = await claim("delivery");
    const sending = await status();
    assert.deepEqual([sending.status, sending.procentage, sending.totalSize], ["SENDING", 0, 2]);
    const { database } = opened.context;
    for (const file of await filesOf(database, [delivery.task.seq])) {
      await recordDelivered(database, delivery, { file }, Date.now());
    }
    await settleDelivery(opened.context.database, delivery, { outcome: "delivered" }, Date.now());
    assert.deepEqual(await queue(), []);
    const [done] = (await bot.cleanHistory({})).history;
    assert.deepEqual(
      [done?.status, done?.name, done?.maxQuantity, done?.message],
      ["DONE", "A film", "720", undefined],
    );
  });

  it("legacy contract: tells why a link waits, and how it ended without arriving", async () => {
    const worker = { app: "worker", host: testHost, version: "1", pid: process.pid } as const;
    const registered = await registerProcess(opened.context.database, worker, {
      onError: (error) => assert.fail(String(error)),
    });
    await bot.setToQueue({ link });
    const retryAt = Date.UTC(2100, 0, 31, 12, 30);
    await settle(await claim(), { outcome: "failed", failure, retryAt });
    assert.deepEqual(words(await queue()), [
      [
        "NEW",
        "waits until 2100-01-31 12:30 UTC, since the last attempt failed, and the next one follows: It was removed.",
      ],
    ]);
    await registered.close();
    await bot.deleteFromQueue({ link });
    await bot.setToQueue({ link });
    await settle(await claim(), { outcome: "failed", failure, retryAt: null });
    await bot.setToQueue({ link });
    const [again] = await listTasks(opened.context.database, { scope: "all", states: ["QUEUED"] }, { limit: 1 });
    await cancelTask(opened.context.database, { id: again?.id ?? "", scope: "all" }, Date.now());
    assert.deepEqual(words((await bot.cleanHistory({})).history), [
      ["DONE", "failed: It was removed."],
      ["DONE", "canceled"],
    ]);
  });

  it("takes any quality: what is no cap is none", async () => {
    const given = [undefined, 0, -1, -2_147_483_648, 8641, 2_147_483_647, 8640];
    for (const [index, maxQuality] of given.entries())
      await bot.setToQueue({ link: `${link}${index}`, ...(maxQuality === undefined ? {} : { maxQuality }) });
    assert.deepEqual(
      (await queue()).map(({ maxQuantity }) => maxQuantity),
      ["0", "0", "0", "0", "0", "0", "8640"],
    );
  });

  it("SetToQueue: a link that is not over is joined in whatever quality and folder it comes, and one that is over is new", async () => {
    const first = await bot.setToQueue({ link, maxQuality: 720 });
    assert.deepEqual(await bot.setToQueue({ link, maxQuality: 480, userName: "ann" }), first);
    const lease = await claim();
    const inWork = await bot.setToQueue({ link: ` ${link.replace("https", "HTTPS")} ` });
    assert.deepEqual(
      inWork.linksInWork.map(({ status: state, maxQuantity }) => [state, maxQuantity]),
      [["WORK", "720"]],
    );
    await settle(lease, { outcome: "failed", failure, retryAt: null });
    await bot.setToQueue({ link, maxQuality: 480 });
    assert.deepEqual(
      (await queue()).map(({ status: state, maxQuantity }) => [state, maxQuantity]),
      [["NEW", "480"]],
    );
  });

  it("SetToQueue: calls at once for one link in several qualities make one task", async () => {
    const answers = await Promise.all([480, 720, 1080].map((maxQuality) => bot.setToQueue({ link, maxQuality })));
    assert.equal((await queue()).length, 1);
    for (const { linksInWork } of answers) assert.deepEqual(linksInWork, await queue());
  });

  it("SetToQueue: a link joins what today's contract added without a chat, and nothing that has one", async () => {
    const today = createClient(DownloadService, transport);
    await today.addTask({ link, chatId: "42", targetQuality: 1080 });
    await today.addTask({ link, targetQuality: 720 });
    await bot.setToQueue({ link, maxQuality: 480 });
    assert.deepEqual(
      (await queue()).map(({ maxQuantity }) => maxQuantity),
      ["720"],
    );
    assert.equal((await countTasks(opened.context.database, "all")).QUEUED, 2);
  });

  it("DeleteFromQueue: a link goes in all its qualities and folders, in work or not, and its history stays", async () => {
    await bot.setToQueue({ link });
    await settle(await claim(), { outcome: "failed", failure, retryAt: null });
    await bot.setToQueue({ link });
    await claim();
    // This contract joins them; today's, without a chat, does not.
    const today = createClient(DownloadService, transport);
    await today.addTask({ link, targetQuality: 720 });
    await today.addTask({ link, userName: "ann" });
    assert.equal((await queue()).length, 3);
    const other = "https://videos.example/watch?v=2";
    await bot.setToQueue({ link: other });
    const { linksInWork } = await bot.deleteFromQueue({ link: ` ${link.replace("https", "HTTPS")} ` });
    assert.deepEqual(
      linksInWork.map((task) => task.link),
      [other],
    );
    assert.equal((await bot.cleanHistory({})).history.length, 1);
  });

  it("legacy contract: neither shows nor touches the tasks of today's bots, which have chats", async () => {
    const today = createClient(DownloadService, transport);
    await today.addTask({ link, chatId: "42" });
    await settle(await claim(), { outcome: "failed", failure, retryAt: null });
    const { task } = await today.addTask({ link, chatId: "42" });
    assert.deepEqual(await queue(), []);
    assert.deepEqual((await bot.deleteFromQueue({ link })).linksInWork, []);
    assert.deepEqual((await bot.cleanHistory({})).history, []);
    assert.equal((await today.getTask({ id: task?.id ?? "" })).task?.state, TaskState.QUEUED);
    await claim();
    assert.deepEqual((await bot.status({})).linksInWork, []);
    assert.equal((await countTasks(opened.context.database, "all")).FAILED, 1);
  });

  it("legacy contract: tells of a long history as much as an answer holds, forgets that alone, and the rest the next time", async () => {
    const { database } = opened.context;
    // A letter that takes six characters in a link.
    const long = new URL(`https://videos.example/${"ж".repeat(4000)}`).href;
    const tasks = Array.from({ length: 200 }, (_, i) => ({
      key: String(i),
      request: { ...wanted, link: `${long}?v=${i}` },
      over: {},
    }));
    await importTasks(database, tasks, 1);
    const seen: string[] = [];
    for (let call = 1; call <= 2; call += 1) {
      const { history } = await bot.cleanHistory({});
      assert.ok(history.length < 200);
      seen.push(...history.map((task) => task.link));
      assert.equal((await countTasks(database, "all")).DONE, 200 - seen.length);
    }
    assert.deepEqual((await bot.cleanHistory({})).history, []);
    assert.equal(new Set(seen).size, 200);
    assert.ok(seen.indexOf(`${long}?v=199`) < seen.indexOf(`${long}?v=0`), "the newest go first");
  });

  it("legacy contract: the link that was just asked for is in the answer, however many wait", async () => {
    const first = await bot.setToQueue({ link });
    assert.equal(first.linksInWork.length, 1);
    const others = Array.from({ length: 1200 }, (_, i) => ({ ...wanted, link: `https://videos.example/${i}` }));
    await Promise.all(others.map((request) => addTask(opened.context.database, request, Date.now())));
    await bot.setToQueue({ link: "https://videos.example/last" });
    const { linksInWork } = await bot.setToQueue({ link });
    assert.equal(linksInWork[0]?.link, link);
    assert.equal(linksInWork.at(-1)?.link, "https://videos.example/last");
    assert.ok(linksInWork.length > 900 && linksInWork.length <= 1001);
    assert.equal((await queue()).length, 1000);
  });

  it("legacy contract: tasks that were retried or are still held are not forgotten", async () => {
    await bot.setToQueue({ link });
    const { task } = await claim();
    await cancelTask(opened.context.database, { id: task.id, scope: "all" }, Date.now());
    assert.deepEqual((await bot.cleanHistory({})).history, []);
    await bot.setToQueue({ link: "https://videos.example/2" });
    const again = await claim();
    await settle(again, { outcome: "failed", failure, retryAt: null });
    await retryTask(opened.context.database, { id: again.task.id, scope: "all" }, Date.now());
    assert.deepEqual((await bot.cleanHistory({})).history, []);
    assert.equal((await queue()).length, 1);
  });

  it("legacy contract: the health check is refused while the api is not ready, and grpc.health.v1 knows the service", async () => {
    const health = createClient(Health, transport);
    assert.equal((await bot.healtheck({})).message, "no worker is running; no ftp-sender is running");
    assert.equal((await health.check({ service: "grpc.v1.Downloader" })).status, ServingStatus.SERVING);
    isReady = false;
    await assert.rejects(bot.healtheck({}), (error) => ConnectError.from(error).code === Code.Unavailable);
    assert.equal((await health.check({ service: "grpc.v1.Downloader" })).status, ServingStatus.NOT_SERVING);
  });
});
