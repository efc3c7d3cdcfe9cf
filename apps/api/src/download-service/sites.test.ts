import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { endAttempt, startAttempt } from "@dwld/queue";
import { claimTask, settleDownload } from "@dwld/queue/testing";
import { SiteBreaker } from "@dwld/rpc";
import { failureClassOf } from "../messages/failure-class.ts";
import { testService } from "../testing/test-service.ts";

const failure = {
  failureClass: "bot_check",
  message: "Sign in to confirm you're not a bot",
  advice: { en: "later", ru: "по-русски" },
};

describe("sites", () => {
  const service = testService();

  it("sites: a paused site is listed with its reason and its stages' results, and is open again when it is resumed", async () => {
    const { database } = service.opened.context;
    await service.client.addTask({ link: "https://videos.example/1" });
    const lease = await claimTask(database, "download", { processId: "w", defaultSiteParallel: 1 }, Date.now());
    assert.ok(lease);
    const attempt = await startAttempt(
      database,
      lease,
      { host: "here", stage: "plain", ytdlpVersion: "2026.10.26" },
      Date.now(),
    );
    assert.ok(attempt);
    const result = { outcome: "failed", failure, exitCode: 1, downloadedBytes: 0, stderrTail: "" } as const;
    await endAttempt(database, lease, { row: attempt, result }, Date.now());
    const site = { verdict: "pause", reason: failure.failureClass, baseMs: 60_000, maxMs: 60_000 } as const;
    await settleDownload(database, lease, { outcome: "failed", failure, retryAt: Date.now(), site }, Date.now());

    const [listed] = (await service.client.listSites({})).sites;
    assert.equal(listed?.name, "videos");
    assert.equal(listed.breaker, SiteBreaker.OPEN);
    assert.ok(listed.pausedUntil);
    assert.equal(listed.pauseClass, failureClassOf(failure.failureClass));
    assert.deepEqual(
      listed.pauseText.map(({ languageCode }) => languageCode),
      ["en", "ru"],
    );
    assert.equal(listed.dueCount, 1n);
    assert.deepEqual(
      listed.stages.map(({ stage, successCount, failureCount }) => [stage, successCount, failureCount]),
      [["plain", 0n, 1n]],
    );
    assert.equal((await service.client.getStatus({})).pausedSites[0]?.site, "videos");

    const { site: resumed } = await service.client.resumeSite({ name: "videos" });
    assert.equal(resumed?.breaker, SiteBreaker.CLOSED);
    assert.equal(resumed.pausedUntil, undefined);
  });

  it("sites: a site that nobody knows is not found, and no name is no argument", async () => {
    const unknown = await service.client
      .resumeSite({ name: "nowhere" })
      .catch((error: unknown) => ConnectError.from(error));
    assert.ok(unknown instanceof ConnectError);
    assert.equal(unknown.code, Code.NotFound);
    const empty = await service.client.resumeSite({}).catch((error: unknown) => ConnectError.from(error));
    assert.ok(empty instanceof ConnectError);
    assert.equal(empty.code, Code.InvalidArgument);
  });
});
