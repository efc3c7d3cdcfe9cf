import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SiteBreaker } from "@dwld/rpc";
import { fromNow } from "../testing/in-memory-api.ts";
import { ProgramBench } from "../testing/program-bench.ts";

describe("sites", { concurrency: 2, timeout: 120_000 }, () => {
  test("sites: shows each site's pause with its reason, what runs and waits, and how its stages did", async () => {
    await using on = await ProgramBench.start();
    on.api.sites = [
      {
        name: "youtube",
        breaker: SiteBreaker.OPEN,
        pausedUntil: fromNow(608_000),
        pauseText: [{ languageCode: "en", text: "it takes us for a robot" }],
        pauseLevel: 2,
        dueCount: 20n,
        parallel: 1,
        stages: [{ stage: "plain", successCount: 7n, failureCount: 2n, lastSuccessTime: fromNow(-3_600_000) }],
      },
      {
        name: "vimeo",
        breaker: SiteBreaker.HALF_OPEN,
        runningCount: 1n,
        stages: [{ stage: "plain", failureCount: 1n }],
      },
    ];
    const { status, stdout } = await on.run(["sites"]);
    assert.equal(status, 0);
    for (const line of [
      /^youtube +paused until [\d :-]+ \(10m\), pause 2 in a row {2}0 running of 1, 20 waiting {2}it takes us for a robot/m,
      /^ {2}plain +7 succeeded, 2 failed, worked 1h00m ago$/m,
      /^vimeo +trying one link at a time after a pause {2}1 running, 0 waiting$/m,
      /^ {2}plain +0 succeeded, 1 failed, never worked$/m,
    ])
      assert.match(stdout, line);
  });

  test("sites: unused ones are counted, and shown by --all and --json; a pause that is over promises no time", async () => {
    await using on = await ProgramBench.start();
    on.api.sites = [
      { name: "new", breaker: SiteBreaker.CLOSED },
      { name: "waiting", breaker: SiteBreaker.CLOSED, dueCount: 1n },
      { name: "paused", breaker: SiteBreaker.OPEN, pausedUntil: fromNow(-1), pauseLevel: 1 },
    ];
    const few = await on.run(["sites"]);
    assert.match(
      few.stdout,
      /^waiting +open.*\npaused +paused, pause 1 .*\n1 site was not used yet \(dwld sites --all\)\n$/,
    );
    assert.match((await on.run(["sites", "--all"])).stdout, /^new +open.*\nwaiting .*\npaused .*\n$/);
    assert.match((await on.run(["sites", "--json"])).stdout, /"name":"new"/);
  });

  test("site resume: ends a pause; an unknown site is an error", async () => {
    await using on = await ProgramBench.start();
    on.api.sites = [{ name: "youtube", breaker: SiteBreaker.OPEN }];
    const resumed = await on.run(["site", "resume", "youtube"]);
    assert.equal(resumed.status, 0);
    assert.match(resumed.stdout, /^youtube +open for downloads/);
    const unknown = await on.run(["site", "resume", "nowhere"]);
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /there is no site "nowhere"/);
  });
});
