import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Dwld, eventually, startDwld, startSampleSite, startVsftpd } from "@dwld/testbed";
import { startLegacyBot } from "../testing/legacy-bot.ts";

const link = "https://videos.example/watch?v=1";

describe("a bot of the first dwld", { timeout: 600_000 }, () => {
  let dwld: Dwld;
  let bot: Awaited<ReturnType<typeof startLegacyBot>>;

  before(async () => {
    dwld = await startDwld({ apps: ["api"] });
    bot = await startLegacyBot(dwld.addresses.grpc);
  });

  after(async () => {
    await bot.end();
    await dwld.stop();
  });

  it("legacy bot: gets empty lists where there is nothing, and no error", async () => {
    assert.deepEqual(await bot.call("Queue"), { queue: [] });
    assert.deepEqual(await bot.call("CleanHistory"), { history: [] });
    const { linksInWork, sensors } = await bot.call("Status");
    assert.deepEqual(linksInWork, []);
    assert.match(sensors, /^memory total: \d+\.\d\d GB$/m);
  });

  it("legacy bot: adds, sees and deletes links by the words that it knows", async () => {
    const added = await bot.call("SetToQueue", { link: ` ${link}\n`, userName: "ann/films", maxQuality: 720 });
    const message = "waits, since no worker is running";
    const task = { link, status: "NEW", maxQuantity: "720", message };
    assert.deepEqual(added, { linksInWork: [task] });
    // The same again, in whatever quality, is the same.
    assert.deepEqual(await bot.call("SetToQueue", { link, userName: "/ann//films/", maxQuality: 720 }), added);
    assert.deepEqual(await bot.call("SetToQueue", { link }), added);
    const other = { link: `${link}0`, status: "NEW", maxQuantity: "0", message };
    assert.deepEqual(await bot.call("SetToQueue", { link: other.link }), { linksInWork: [task, other] });
    assert.deepEqual(await bot.call("Queue"), { queue: [task, other] });
    assert.deepEqual(await bot.call("DeleteFromQueue", { link }), { linksInWork: [other] });
    assert.deepEqual(await bot.call("DeleteFromQueue", { link }), { linksInWork: [other] });
    await bot.call("DeleteFromQueue", { link: other.link });
    assert.deepEqual(await bot.call("DeleteFromQueue", { link }), { linksInWork: [] });
    // Deleted is deleted: it is no history.
    assert.deepEqual(await bot.call("CleanHistory"), { history: [] });
  });

  it("legacy bot: is told what is wrong with a link, by gRPC's own statuses", async () => {
    for (const [wrong, reason] of [
      ["", /link is empty/],
      ["watch me", /link has a space/],
      ["videos.example/1", /link does not begin with http/],
      ["javascript:alert(1)", /link does not begin with http/],
      [`https://videos.example/${"a".repeat(5000)}`, /at most 4096/],
      ["https://ann:secret@videos.example/1", /link holds a user name or password/],
    ] as const) {
      const { code, message } = await bot.refusal("SetToQueue", { link: wrong });
      assert.equal(code, "INVALID_ARGUMENT", wrong);
      assert.match(message, reason);
      assert.ok(!message.includes("secret"), message);
    }
    assert.equal((await bot.refusal("DeleteFromQueue", { link: "nothing" })).code, "INVALID_ARGUMENT");
    assert.deepEqual(await bot.call("Queue"), { queue: [] });
  });

  it("legacy bot: is told by the health check what keeps its links waiting", async () => {
    assert.deepEqual(await bot.call("Healtheck"), { message: "no worker is running" });
  });
});

it(
  "legacy bot: a link goes from SetToQueue over WORK to DONE, and the file is in its folder",
  { timeout: 600_000 },
  async () => {
    await using server = await startVsftpd();
    await using site = await startSampleSite({
      videos: [
        { name: "film", sizeBytes: 4_000_000, throttleBytesPerSecond: 300_000 },
        { name: "gone", media: { kind: "status", status: 404 } },
      ],
    });
    await using dwld = await startDwld({
      apps: ["api", "worker", "ftp-sender"],
      until: "alive",
      configuration: { ftp: server.configuration },
    });
    const bot = await startLegacyBot(dwld.addresses.grpc);
    try {
      await eventually("all is well", async () => (await bot.call("Healtheck")).message === undefined, {
        deadlineMs: 60_000,
      });
      const [film, gone] = [site.mediaLink("film"), site.mediaLink("gone")];
      await bot.call("SetToQueue", { link: film, userName: "ann/films" });
      const half = await eventually(
        "it is in work, and some of it is there",
        async () =>
          (await bot.call("Status")).linksInWork.find(
            ({ status, currentSize }) => status === "WORK" && currentSize > 0,
          ),
        { deadlineMs: 60_000 },
      );
      assert.equal(half.link, film);
      assert.ok(half.currentSize <= 4 && half.totalSize === 4, `${half.currentSize} of ${half.totalSize} MB`);
      assert.ok(half.procentage > 0 && half.procentage <= 100);
      assert.equal(half.moveTo, `ftp://${server.host}:${server.port}${server.directory}/ann/films`);
      await bot.call("SetToQueue", { link: gone });
      await eventually("nothing is left to do", async () => (await bot.call("Queue")).queue.length === 0, {
        deadlineMs: 120_000,
      });
      const { history } = await bot.call("CleanHistory");
      assert.deepEqual(
        history.map(({ link: over, status }) => [over, status]),
        [
          [film, "DONE"],
          [gone, "DONE"],
        ],
      );
      const [done, failed] = history;
      assert.equal(done?.message, undefined);
      assert.match(failed?.message ?? "", /^failed: \S/);
      const [file] = await readdir(join(server.root, "ann/films"));
      assert.match(file ?? "", /^film \[film\S*\]\.mp4$/);
      assert.deepEqual(await bot.call("CleanHistory"), { history: [] });
    } finally {
      await bot.end();
    }
  },
);
