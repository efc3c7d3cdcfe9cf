import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { BotState, GetStatusResponseSchema, TaskState } from "@dwld/rpc";
import { fromNow } from "../testing/in-memory-api.ts";
import { ProgramBench } from "../testing/program-bench.ts";

const unknownId = "019abf3e-7c11-7d2a-9b0e-ffffffffffff";

describe("status", { concurrency: 2, timeout: 120_000 }, () => {
  test("status: shows counts, work, processes, sensors, disk, pauses, destination and cache", async () => {
    await using on = await ProgramBench.start();
    on.api.status = {
      version: "0.1.0",
      counts: [
        { state: TaskState.QUEUED, count: 3n },
        { state: TaskState.DONE, count: 120n },
      ],
      inWork: [
        {
          id: unknownId,
          title: "A film",
          state: TaskState.SENDING,
          progress: {
            doneBytes: 12_300_000n,
            totalBytes: 28_500_000n,
            progressPercent: 43.2,
            speedBytesPerSecond: 2_100_000n,
            eta: { seconds: 8n },
          },
        },
      ],
      sensors: [
        { name: "cpu_temperature", value: 45.4, unit: "celsius" },
        { name: "memory_used", value: 3.1e9, unit: "bytes" },
        { name: "load_average_1m", value: 0.42, unit: "1" },
      ],
      downloadsDisk: {
        path: "/var/lib/dwld",
        freeBytes: 120_000_000_000n,
        totalBytes: 500_000_000_000n,
        reserveBytes: 2_147_483_648n,
        waitingBytes: 3_400_000_000n,
      },
      processes: [
        {
          ...{ app: "worker", host: "nas", pid: 7, alive: true, startTime: fromNow(-7_380_000) },
          ...{ ytdlpVersion: "2026.11.01", walls: { networkNamespace: true, sandbox: true, text: "all is well" } },
        },
        {
          ...{ app: "worker", host: "pi", pid: 9, alive: true },
          walls: { networkNamespace: false, sandbox: true, text: "no namespace: \u001b[31mrefused" },
        },
        { app: "ftp-sender", host: "nas", pid: 8, lastSeenTime: fromNow(-300_000), trouble: "530 Login incorrect" },
      ],
      pausedSites: [
        {
          site: "youtube",
          pausedUntil: fromNow(309_000),
          text: [{ languageCode: "en", text: "it asks us to slow down" }],
        },
      ],
      bots: [
        {
          address: "http://bot:9000",
          name: "home",
          protocol: "dwld.v1",
          state: BotState.REGISTERED,
          lastSuccessTime: fromNow(-12_000),
          nextAttemptTime: fromNow(45_000),
        },
        {
          address: "http://old:1",
          name: "home",
          protocol: "grpc.v1",
          state: BotState.AWAY,
          lastSuccessTime: fromNow(-7_380_000),
          nextAttemptTime: fromNow(0),
          trouble: "nobody listens on\u001b[31m http://old:1",
        },
      ],
      destination: "ftp://nas:21/videos",
      cache: "ok",
    };
    const { status, stdout } = await on.run(["status"]);
    assert.equal(status, 0);
    for (const line of [
      /^tasks +3 queued, 120 done$/m,
      /^destination +ftp:\/\/nas:21\/videos$/m,
      /^disk +120 GB of 500 GB free \(24\.0%\), 2\.15 GB kept free, \/var\/lib\/dwld$/m,
      /^waiting +3\.40 GB for delivery$/m,
      /^sensors +cpu temperature 45 °C, memory used 3\.10 GB, load average 1m 0\.42$/m,
      /^ {2}worker +alive for 2h03m {2}pid 7 on nas {2}yt-dlp 2026\.11\.01 {2}walls: network namespace, sandbox$/m,
      /^ {2}worker +alive {2}pid 9 on pi {2}walls: no namespace: .*refused$/m,
      /^ {2}ftp-sender {2}not alive, last seen 5m0\ds ago {2}pid 8 on nas {2}trouble: 530 Login incorrect$/m,
      /^ {2}ftp-sender {2}none is alive$/m,
      /^bots$/m,
      /^ {2}registered {2}http:\/\/bot:9000 {2}as home {2}dwld\.v1 {2}heard us 1\ds ago$/m,
      /^ {2}away {8}http:\/\/old:1 {2}as home {2}grpc\.v1 {2}last heard us 2h03m ago {2}next try in 0s {2}trouble: nobody listens on.* http:\/\/old:1$/m,
      /^ {2}youtube {2}until \d\d:\d\d:\d\d \(5m0\ds\) {2}it asks us to slow down$/m,
      /^ {2}sending +43\.2% {2}████░{6} +12\.3 MB of 28\.5 MB +2\.10 MB\/s +8s left {2}A film$/m,
    ]) {
      assert.match(stdout, line);
    }
    assert.ok(!stdout.includes("\u001b"));
    const json = await on.run(["status", "--json"]);
    assert.equal(fromJsonString(GetStatusResponseSchema, json.stdout).counts.length, 2);
    assert.deepEqual(
      (JSON.parse(json.stdout) as { bots: { state: string }[] }).bots.map(({ state }) => state),
      ["BOT_STATE_REGISTERED", "BOT_STATE_AWAY"],
    );
  });
});
