import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { BotState, type RegisterDownloaderRequest, RegistryService, TaskState } from "@dwld/rpc";
import { type Dwld, type DwldApp, eventually, startDwld, startSampleSite, waitForTask } from "@dwld/testbed";
import { RunningBot } from "./testing/running-bot.ts";
import { signedRequest } from "./testing/signed-request.ts";

type DownloaderOptions = { name: string; sites?: "all" | string[]; apps?: DwldApp[]; secretFile?: string };

/** A dwld with a database of its own that registers with the bot; alpha is the site on 127.0.0.1, beta that on 127.0.0.2. */
async function startDownloader(bot: RunningBot, options: DownloaderOptions, cleanup: TestContext): Promise<Dwld> {
  const { name, sites = ["alpha"], apps = ["api"], secretFile = bot.secretFile } = options;
  const dwld = await startDwld({
    apps,
    // It registers when it can be reached; that yt-dlp is slow to start on a busy machine is not the point here.
    until: "alive",
    configuration: {
      sites: { alpha: { hosts: ["127.0.0.1"] }, beta: { hosts: ["127.0.0.2"] } },
      register: [{ address: bot.url, name, sites, secretFile }],
    },
  });
  // One that a test has killed is not there to end in order.
  cleanup.after(() => dwld.stop({ exitStatus: "any" }));
  return dwld;
}

async function linksOf(dwld: Dwld): Promise<string[]> {
  const { tasks } = await dwld.client.listTasks({});
  return tasks.map(({ link }) => link);
}

/** Waits until a downloader stands so with the bot, as its status tells. */
async function untilBot(dwld: Dwld, state: BotState) {
  return await eventually(
    `the bot is ${state}`,
    async () => {
      const { bots } = await dwld.client.getStatus({});
      return bots[0]?.state === state && bots[0];
    },
    { deadlineMs: 60_000 },
  );
}

describe("the example of a bot", { concurrency: 2, timeout: 300_000 }, () => {
  it("a link goes to the downloader that serves its site, and waits where there is none", async (cleanup) => {
    await using bot = await RunningBot.start(20);
    const left = await startDownloader(bot, { name: "left", sites: ["alpha"] }, cleanup);
    const right = await startDownloader(bot, { name: "right", sites: ["beta"] }, cleanup);
    await bot.says(/^\* left is there, at 127\.0\.0\.1:\d+$/m);
    await bot.says(/^\* right is there/m);
    bot.send("ann", "http://127.0.0.2/beta");
    bot.send("bob", "http://127.0.0.1/alpha");
    bot.send("cat", "http://videos.example/elsewhere");
    bot.send("dan", "file:///etc/passwd");
    bot.send("eve", "no-link");
    await bot.says(/^\[ann\] http:\/\/127\.0\.0\.2\/beta: goes to right$/m);
    await bot.says(/^\[bob\] http:\/\/127\.0\.0\.1\/alpha: goes to left$/m);
    await bot.says(/^\[cat\] http:\/\/videos\.example\/elsewhere: waits for a downloader that takes it$/m);
    await bot.says(/^\[dan\] file:\/\/\/etc\/passwd: waits for a downloader/m);
    await bot.says(/^\[eve\] no-link: this is no link$/m);
    assert.deepEqual(await linksOf(left), ["http://127.0.0.1/alpha"]);
    assert.deepEqual(await linksOf(right), ["http://127.0.0.2/beta"]);
    const { tasks } = await right.client.listTasks({});
    assert.equal(tasks[0]?.chatId, "ann");
    // What waits goes to one that comes later.
    await startDownloader(bot, { name: "all", sites: "all" }, cleanup);
    await bot.says(/^\[cat\] http:\/\/videos\.example\/elsewhere: goes to all$/m);
    await bot.says(/^\[dan\] file:\/\/\/etc\/passwd: is refused: link does not begin with http/m);
  });

  it("of a downloader that is killed the other one takes the link over, and when it is back it leaves that alone", async (cleanup) => {
    await using site = await startSampleSite({
      videos: [{ name: "film", title: "A film", seconds: 20, throttleBytesPerSecond: 1000 }],
    });
    await using bot = await RunningBot.start(3);
    const names = ["left", "right"] as const;
    const downloaders = new Map<string, Dwld>();
    for (const name of names)
      downloaders.set(name, await startDownloader(bot, { name, apps: ["api", "worker"] }, cleanup));
    for (const name of names) await bot.says(new RegExp(`^\\* ${name} is there`, "m"));
    bot.send("ann", site.pageLink("film"));
    const [, first = ""] = await bot.says(/^\[ann\] \S+: goes to (left|right)$/m);
    await bot.says(new RegExp(`is downloaded on ${first}$`, "m"));
    const killed = downloaders.get(first);
    const second = first === "left" ? "right" : "left";
    await Promise.all([killed?.kill("api"), killed?.kill("worker")]);
    site.change("film", { throttleBytesPerSecond: 10_000_000 });

    await bot.says(new RegExp(`^\\[ann\\] \\S+: ${first} is gone$`, "m"));
    await bot.says(new RegExp(`^\\[ann\\] \\S+: goes to ${second}$`, "m"));
    await bot.says(new RegExp(`^\\[ann\\] \\S+: done: A film .*on ${second}$`, "m"));

    await killed?.restart("api");
    await bot.says(new RegExp(`^\\[ann\\] \\S+: canceled on ${first}, which was gone and is back$`, "m"));
    const { tasks = [] } = (await killed?.client.listTasks({})) ?? {};
    assert.equal(tasks.length, 1);
    await waitForTask(killed?.client ?? assert.fail(), tasks[0]?.id ?? "", TaskState.CANCELED);
  });

  it("a downloader that is stopped in order says goodbye, and gets nothing more", async (cleanup) => {
    await using bot = await RunningBot.start(20);
    const left = await startDownloader(bot, { name: "left" }, cleanup);
    const right = await startDownloader(bot, { name: "right" }, cleanup);
    await bot.says(/^\* left is there/m);
    await bot.says(/^\* right is there/m);
    left.signal("api", "SIGTERM");
    await bot.says(/^\* left said goodbye$/m);
    for (const number of [1, 2, 3]) bot.send("ann", `http://127.0.0.1/${number}`);
    for (const number of [1, 2, 3])
      await bot.says(new RegExp(`^\\[ann\\] http://127\\.0\\.0\\.1/${number}: goes to right$`, "m"));
    assert.equal((await linksOf(right)).length, 3);
    await left.waitForEnd("api");
    await left.restart("api");
    await untilBot(left, BotState.REGISTERED);
  });

  it("a downloader with another secret is refused, says so, and works; with the right one it is taken", async (cleanup) => {
    await using other = await RunningBot.start(20);
    await using bot = await RunningBot.start(20);
    await other.writeSecret("another");
    const left = await startDownloader(bot, { name: "left", secretFile: other.secretFile }, cleanup);
    const refused = await untilBot(left, BotState.REFUSED);
    assert.match(
      refused.trouble,
      /^it does not accept the secret \(the proof was not made with this bot's secret\); the same must be in \//,
    );
    const { stdout } = await left.command(["status"]);
    assert.match(
      stdout,
      /^ {2}refuses {5}http:\/\/127\.0\.0\.1:\d+ {2}as left {2}dwld\.v1 .* {2}trouble: it does not accept the/m,
    );
    await left.client.addTask({ link: "http://127.0.0.1/by-hand" });
    assert.doesNotMatch(bot.output, /left/);
    assert.ok(!left.output("api").includes("another"));

    await other.writeSecret("geheim");
    // A bot that is started again is called at once.
    await bot.kill();
    await bot.start();
    await bot.says(/^\* left is there/m);
  });

  it("a bot that was away is found when it is there, and again after it was killed", async (cleanup) => {
    await using bot = await RunningBot.start(3600);
    await bot.kill();
    const left = await startDownloader(bot, { name: "left" }, cleanup);
    await untilBot(left, BotState.AWAY);
    for (const run of [1, 2]) {
      const before = bot.output.length;
      await bot.start();
      await bot.says(/^\* left is there/m, before);
      bot.send("ann", `http://127.0.0.1/${run}`);
      await bot.says(new RegExp(`http://127\\.0\\.0\\.1/${run}: goes to left$`, "m"));
      await bot.kill();
    }
    assert.equal((await linksOf(left)).length, 2);
  });

  it("a proof that is sent again, is too old or is another one's is refused, each in its own words", async () => {
    await using bot = await RunningBot.start(20);
    const client = createClient(RegistryService, createGrpcTransport({ baseUrl: bot.url }));
    const ask = async (request: RegisterDownloaderRequest) => {
      const { code, rawMessage } = await client.registerDownloader(request).then(
        () => assert.fail("it was taken"),
        (error: unknown) => ConnectError.from(error),
      );
      return `${Code[code]}: ${rawMessage}`;
    };
    const request = signedRequest();
    const { interval } = await client.registerDownloader(request);
    assert.equal(interval?.seconds, 20n);
    assert.equal(await ask(request), "AlreadyExists: this proof was used before");
    assert.match(
      await ask(signedRequest({ atMs: Date.now() - 3_600_000 })),
      /^FailedPrecondition: the downloader's clock is 36\d\d s behind the bot's, which allows 300 s$/,
    );
    assert.match(await ask(signedRequest({ secret: "another" })), /^Unauthenticated: the proof was not made with/);
    assert.match(
      await ask(signedRequest({ address: "192.0.2.8:1" })),
      /^AlreadyExists: a downloader of the name home is there already, at 192\.0\.2\.7:8888$/,
    );
    assert.equal(bot.output.match(/is there/g)?.length, 1);
  });

  it("SIGTERM ends the bot, though downloaders hold connections", async (cleanup) => {
    await using bot = await RunningBot.start(20);
    await startDownloader(bot, { name: "left" }, cleanup);
    await bot.says(/^\* left is there/m);
    assert.equal(await bot.kill("SIGTERM"), 0);
  });
});
