import assert from "node:assert/strict";
import { it } from "node:test";
import { TestBot } from "../registration/testing/test-bot.ts";
import { registeredWith } from "../registration/testing/registered-with.ts";
import { Bot, type RegisterDownloaderRequest } from "./gen/grpc/v1/bot_pb.ts";

it("legacy protocol: a bot of the first dwld is told by its own contract, without a secret or a goodbye", async () => {
  const told: RegisterDownloaderRequest[] = [];
  await using bot = await TestBot.start(0, (router) => {
    router.service(Bot, {
      registerDownloader: (request) => {
        told.push(request);
        return {};
      },
    });
  });
  const legacyBots = [
    { address: bot.url, protocol: "grpc.v1", name: "all" } as const,
    { address: bot.url, protocol: "grpc.v1", name: "film", sites: ["film"], reachedAt: "[2001:db8::7]:1" } as const,
  ];
  const here = await registeredWith(legacyBots, { secret: "" });
  await here.becomes(0, "registered");
  await here.becomes(1, "registered");
  await here[Symbol.asyncDispose]();
  const [all, film] = told.toSorted((one, other) => one.serverName.localeCompare(other.serverName));
  assert.deepEqual(
    [all?.serverName, all?.allowedRootLinks, all?.serverHost, all?.serverPort],
    ["all", ["*"], "192.0.2.7", 8888],
  );
  assert.deepEqual(
    [film?.allowedRootLinks, film?.serverHost, film?.serverPort],
    [["film.example", "www.film.example", "m.film.example"], "[2001:db8::7]", 1],
  );
  assert.equal(bot.unregistered.length, 0);
});
