import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { type Ended, putEnded } from "@dwld/queue/testing";
import {
  BadRequestSchema,
  FailureClass,
  type GetStatisticsResponse,
  GetStatisticsResponseSchema,
  StatisticsBy,
} from "@dwld/rpc";
import { dayMs, hourMs } from "@dwld/timing";
import { localIdentity } from "../access/identity.ts";
import { connectInMemory } from "../testing/served-api.ts";
import { refusal, testService } from "../testing/test-service.ts";
import { keptNames } from "./get-statistics.ts";

/** "hour site class tasks bytes" of each row. */
function inShort({ rows }: GetStatisticsResponse): string[] {
  return rows.map(({ hour, site, failureClass, taskCount, sizeBytes }) =>
    [Number(hour?.seconds) / 3600, site, failureClass, taskCount, sizeBytes].join(" "),
  );
}

describe("statistics", () => {
  const nowMs = 100 * hourMs + 1;
  const service = testService({ now: () => nowMs });
  const put = async (...rows: Ended[]) => {
    await putEnded(service.opened.context.database, rows);
  };
  const range = (first: number, end: number) => ({
    startTime: timestampFromMs(first * hourMs),
    endTime: timestampFromMs(end * hourMs),
  });

  it("GetStatistics: hours that begin in the range are summed over the caller's chats, by site and class", async () => {
    await put(
      [9, "own", "tube", "", 9, 9],
      [10, "own", "tube", "", 1, 100],
      [10, "own", "tube", "rate_limited", 2, 0],
      [10, "foreign", "tube", "", 4, 1000],
      [10, "foreign", "other", "of_a_newer_worker", 8, 0],
      [12, "own", "tube", "", 16, 5],
    );
    const all = await service.client.getStatistics(range(10, 12));
    const { UNKNOWN, RATE_LIMITED } = FailureClass;
    assert.deepEqual(inShort(all), [`10 other ${UNKNOWN} 8 0`, "10 tube 0 5 1100", `10 tube ${RATE_LIMITED} 2 0`]);
    const asViewer = connectInMemory(service.opened, { ...localIdentity, role: "viewer", scope: ["own", "empty"] });
    const own = await asViewer.getStatistics({ startTime: timestampFromMs(9 * hourMs + 1) });
    assert.deepEqual(inShort(own), ["10 tube 0 1 100", `10 tube ${RATE_LIMITED} 2 0`, "12 tube 0 16 5"]);
    assert.deepEqual(inShort(await asViewer.getStatistics(range(11, 12))), []);
  });

  it("GetStatistics: a range of more than 92 days, or of none, is refused by the field", async () => {
    const late = nowMs + 92 * dayMs;
    const cases = [
      [{}, "start_time"],
      [{ startTime: timestampFromMs(nowMs) }, "end_time"],
      [{ startTime: timestampFromMs(nowMs - 1), endTime: timestampFromMs(late) }, "start_time"],
      [{ startTime: timestampFromMs(nowMs), endTime: { seconds: 2n ** 62n, nanos: 0 } }, "end_time"],
    ] as const;
    for (const [request, field] of cases) {
      const error = await refusal(service.client.getStatistics(request));
      assert.equal(error.code, Code.InvalidArgument);
      assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field, field, error.message);
    }
    const longest = { startTime: timestampFromMs(nowMs), endTime: timestampFromMs(late) };
    assert.deepEqual((await service.client.getStatistics(longest)).rows, []);
  });

  it("GetStatistics: rows are told apart by stage, user or chat, as asked, with the time that the tasks took", async () => {
    await put(
      [50, "own", "tube", "", 2, 5, "plain", "ann", 3000],
      [50, "own", "other", "", 1, 5, "plain", "ann", 500],
      [50, "foreign", "tube", "network", 1, 0, "cookies", "/", 0],
      [50, "own", "tube", "network", 1, 0, "", "", 0],
    );
    const toldBy = async (by: StatisticsBy) => {
      const { rows } = await service.client.getStatistics({ ...range(50, 51), by });
      return rows.map(({ site, stage, userName, chatId, failureClass, taskCount, totalDuration, others }) =>
        [
          site,
          stage,
          userName,
          chatId,
          others ? "others" : "",
          failureClass,
          taskCount,
          totalDuration && durationMs(totalDuration) / 1000,
        ].join("|"),
      );
    };
    const { NETWORK } = FailureClass;
    assert.deepEqual(await toldBy(StatisticsBy.STAGE), [
      `|||||${NETWORK}|1|0`,
      `|cookies||||${NETWORK}|1|0`,
      "|plain||||0|3|3.5",
    ]);
    assert.deepEqual(
      (await toldBy(StatisticsBy.USER)).toSorted(),
      ["||ann|||0|3|3.5", `||||others|${NETWORK}|1|0`, `|||||${NETWORK}|1|0`].toSorted(),
    );
    assert.deepEqual(await toldBy(StatisticsBy.CHAT), [
      `|||foreign||${NETWORK}|1|0`,
      "|||own||0|3|3.5",
      `|||own||${NETWORK}|1|0`,
    ]);
    const error = await refusal(service.client.getStatistics({ ...range(50, 51), by: 99 as StatisticsBy }));
    assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field, "by", error.message);
  });

  it("GetStatistics: of thousands of sites the busiest keep their names, no count is lost, and the answer is small", async () => {
    const rows = Array.from({ length: 4800 }, (_, index): Ended => [
      10 + Math.floor(index / 1600),
      "",
      `${"x".repeat(200)}${index % 1600}`,
      "",
      index % 1600 === 7 ? 50 : 1,
      2,
    ]);
    await put(...rows);
    const answer = await service.client.getStatistics(range(0, 100));
    assert.ok(
      toBinary(GetStatisticsResponseSchema, create(GetStatisticsResponseSchema, answer)).length < 1.1 * 1024 * 1024,
    );
    const named = new Set(answer.rows.map(({ site }) => site));
    assert.ok(named.has("") && named.has(`${"x".repeat(200)}7`) && named.size > 1000, `${named.size} sites`);
    assert.equal(
      answer.rows.reduce((sum, { taskCount }) => sum + Number(taskCount), 0),
      4800 + 3 * 49,
    );
    assert.equal(
      answer.rows.reduce((sum, { sizeBytes }) => sum + Number(sizeBytes), 0),
      9600,
    );
    assert.equal(answer.rows.filter(({ site, others }) => site === "" && others).length, 3);
    assert.equal(answer.rows.filter(({ others }) => others).length, 3);
  });
});

it("names of rows: those with the most tasks, as far as their rows have room", () => {
  const sites = new Map([
    ["a", { tasks: 1, rows: 1 }],
    ["b", { tasks: 9, rows: 2 }],
    ["c", { tasks: 5, rows: 1 }],
  ]);
  assert.deepEqual([...keptNames(sites, 1000)], ["b", "c", "a"]);
  assert.deepEqual([...keptNames(sites, 160)], ["b", "c"]);
  assert.deepEqual([...keptNames(sites, 80)], []);
});
