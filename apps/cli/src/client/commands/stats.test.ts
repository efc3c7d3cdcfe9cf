import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { FailureClass, StatisticsBy, type StatisticsRowSchema } from "@dwld/rpc";
import { dayMs } from "@dwld/timing";
import { ProgramBench } from "../testing/program-bench.ts";

type Row = MessageInitShape<typeof StatisticsRowSchema>;

/** The bench's zone is UTC. */
const today = Math.floor(Date.now() / dayMs) * dayMs;

/** Tasks that ended some days ago. */
function ended(daysAgo: number, tasks: number, rest: Row = {}): Row {
  return { hour: timestampFromMs(today - daysAgo * dayMs), taskCount: BigInt(tasks), site: "tube", ...rest };
}

const took = (ms: number) => ({ totalDuration: durationFromMs(ms) });

describe("stats", { concurrency: 2, timeout: 120_000 }, () => {
  test("stats: tells how much arrived, how fast, what failed, and why, by site", async () => {
    await using on = await ProgramBench.start();
    on.api.statistics = [
      ended(0, 2, { sizeBytes: 3_000_000n, ...took(20_000) }),
      ended(1, 1, { sizeBytes: 1_000_000n, ...took(90_000) }),
      ended(1, 1, { site: "other", failureClass: FailureClass.GONE }),
      ended(2, 2, { site: "other", failureClass: FailureClass.RATE_LIMITED }),
      ended(2, 4, { site: "", others: true }),
    ];
    const { status, stdout } = await on.run(["stats"]);
    assert.equal(status, 0);
    for (const line of [
      /^since \d{4}-\d\d-\d\d, 7 days$/m,
      /^arrived +7 {2}4.00 MB {2}half of them within 10s$/m,
      /^failed +3 {2}rate_limited 2, gone 1$/m,
      /^SITE +ARRIVED +SIZE +HALF IN +FAILED +WHY$/m,
      /^tube +3 +4.00 MB +10s +0$/m,
      /^other +0 +3 +rate_limited 2, gone 1$/m,
      /\n… +4 .*\n$/,
    ])
      assert.match(stdout, line);
    const [[method, request] = []] = on.api.calls;
    const { startTime, by } = request as { startTime: ReturnType<typeof timestampFromMs>; by: StatisticsBy };
    assert.deepEqual([method, timestampMs(startTime), by], ["getStatistics", today - 6 * dayMs, StatisticsBy.SITE]);
  });

  test("stats: by class tells the sites, by user those without a name, and periods of the calendar are a table", async () => {
    await using on = await ProgramBench.start();
    on.api.statistics = [
      ended(0, 1, { failureClass: FailureClass.GONE }),
      ended(0, 2, { failureClass: FailureClass.GONE, site: "other" }),
      ended(1, 5, { userName: "ann\u001b[31m" }),
      ended(1, 1, { userName: "" }),
    ];
    assert.match(
      (await on.run(["stats", "--by", "class"])).stdout,
      /^CLASS +FAILED +WHERE\ngone +3 +other 2, tube 1$/m,
    );
    const byUser = (await on.run(["stats", "--by", "user", "--per", "month", "--since", "60d"])).stdout;
    assert.match(byUser, /^MONTH +ARRIVED/m);
    assert.match(byUser, /^ann.* +5 +/m);
    assert.ok(!byUser.includes("\u001b"));
    assert.match(byUser, /^\(no user\) +1 +/m);
  });

  test("stats: a year is asked for in parts that the api takes; the answers are one JSON object", async () => {
    await using on = await ProgramBench.start();
    on.api.before = () => {
      on.api.statistics = on.api.calls.length === 1 ? [ended(0, 2, { sizeBytes: 7n })] : [];
    };
    const { stdout } = await on.run(["stats", "--since", "365d", "--json"]);
    assert.equal(on.api.calls.length, 5);
    const told = JSON.parse(stdout) as {
      per: string;
      total: { arrived: number; sizeBytes: number };
      periods: { start: string; arrived: number }[];
      groups: { name: string; arrived: number }[];
    };
    assert.deepEqual(
      [told.per, told.total.arrived, told.total.sizeBytes, told.groups[0]?.name, told.periods.at(-1)?.arrived],
      ["month", 2, 7, "tube", 2],
    );
    assert.ok(told.periods.length >= 12);
  });

  test("stats: says if nothing ended, and refuses a time that is none or is yet to come", async () => {
    await using on = await ProgramBench.start();
    assert.match((await on.run(["stats"])).stdout, /^nothing arrived and nothing failed since /);
    for (const since of ["yesterday", "0d", "+1d", "2999-01-01"]) {
      const { status, stderr } = await on.run(["stats", "--since", since]);
      assert.equal(status, 2);
      assert.match(stderr, /like 30d, 12w, 12h or 2026-11-01, and not in the future/);
    }
  });
});
