import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { BotState } from "@dwld/rpc";
import { eventually, freePort, startDwld } from "@dwld/testbed";
import { TestBot } from "./testing/test-bot.ts";

it("registration: a running api shows the state of each bot, and unregisters at SIGTERM", async (cleanup) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-bot-"));
  cleanup.after(() => rm(folder, { recursive: true }));
  const secretFile = join(folder, "secret");
  await writeFile(secretFile, "geheim\n");
  await using bot = await TestBot.start();
  await using hanging = await TestBot.start();
  hanging.answer = () => new Promise(() => undefined);
  const absent = `http://127.0.0.1:${await freePort()}`;
  const dwld = await startDwld({
    apps: ["api"],
    configuration: {
      register: [
        { address: hanging.url, secretFile },
        { address: bot.url, secretFile, name: "home", sites: ["youtube"] },
        { address: absent, secretFile, name: "home" },
      ],
    },
    cleanup,
  });
  await dwld.client.addTask({ link: "https://videos.example/1" });
  const bots = await eventually(
    "it is registered with one, and another is away",
    async () => {
      const status = await dwld.client.getStatus({});
      const [, second, third] = status.bots;
      return second?.state === BotState.REGISTERED && third?.state === BotState.AWAY && status.bots;
    },
    { deadlineMs: 60_000 },
  );
  assert.deepEqual(
    bots.map(({ address, protocol }) => [address, protocol]),
    [
      [hanging.url, "dwld.v1"],
      [bot.url, "dwld.v1"],
      [absent, "dwld.v1"],
    ],
  );
  assert.ok(bots[1]?.lastSuccessTime !== undefined);
  assert.match(bots[2]?.trouble ?? "", /^nobody listens on http:/);
  const [told] = bot.registered;
  assert.deepEqual([told?.name, told?.address, told?.allSites], ["home", dwld.addresses.grpc, false]);
  assert.deepEqual(
    told?.sites.map(({ name }) => name),
    ["youtube"],
  );
  assert.ok((told?.freeBytes ?? 0n) > 0n);

  dwld.signal("api", "SIGTERM");
  assert.deepEqual(await dwld.waitForEnd("api"), { exitStatus: 0, signal: undefined });
  assert.deepEqual(
    bot.unregistered.map(({ name }) => name),
    ["home"],
  );
  assert.ok(!dwld.output("api").includes("geheim"));
});
