import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { FailureClass, GetTaskResponseSchema, TaskState } from "@dwld/rpc";
import { fromNow } from "../fixture/in-memory-api.ts";
import { documents, ProgramBench } from "../fixture/program-bench.ts";

const UNKNOWN_ID = "019abf3e-7c11-7d2a-9b0e-ffffffffffff";

describe("show", { concurrency: 2, timeout: 120_000 }, () => {
  test("shows fields, files with where they are, and every attempt with what decided", async () => {
    await using on = await ProgramBench.start();
    const { id } = on.api.put({
      link: "https://site.example/1",
      title: "A film",
      state: TaskState.DONE,
      targetQuality: 720,
      width: 854,
      height: 480,
      attemptCount: 2,
      deliveryAttemptCount: 1,
      options: { subtitleLanguages: ["en", "pt-BR"] },
      attempts: [
        {
          number: 1,
          stage: "plain",
          startTime: fromNow(-60_000),
          endTime: fromNow(-48_000),
          exitCode: 1,
          failure: { failureClass: FailureClass.BOT_CHECK, message: "ERROR: Sign in", advice: "Give it cookies." },
          downloadedBytes: 3_400_000n,
          ytdlpVersion: "2026.11.01",
        },
        { number: 2, stage: "cookies", startTime: fromNow(-40_000), endTime: fromNow(-10_000), exitCode: 0 },
      ],
      files: [
        {
          name: "A film.mp4",
          sizeBytes: 28_500_000n,
          sha256: "ab".repeat(32),
          remotePath: "/videos/A film.mp4",
          verifiedBy: "size",
        },
      ],
    });
    const { status, stdout } = await on.run(["show", id]);
    assert.equal(status, 0);
    for (const line of [
      /^state +done$/m,
      /^quality +480p got \(854x480\), 720p asked$/m,
      /^options +subtitles en, pt-BR$/m,
      /^attempts +2 to download, 1 to deliver$/m,
      /^ {2}A film\.mp4 {2}28\.5 MB \(28500000 bytes\)$/m,
      /^ {4}sha256 +(ab){32}$/m,
      /^ {4}on the server {2}\/videos\/A film\.mp4 {2}\(verified by size\)$/m,
      /^ {2}#1 {2}\S+ \S+ {2}plain {2}bot_check {2}exit 1 {2}12s {2}3\.40 MB {2}yt-dlp 2026\.11\.01$/m,
      /^ {6}ERROR: Sign in$/m,
      /^ {6}Give it cookies\.$/m,
      /^ {2}#2 {2}\S+ \S+ {2}cookies {2}ok {2}exit 0 {2}30s {2}0 B$/m,
    ]) {
      assert.match(stdout, line);
    }
    const json = await on.run(["show", id, "--json"]);
    const [line = "", ...more] = documents(json.stdout);
    assert.deepEqual(more, []);
    assert.equal(fromJsonString(GetTaskResponseSchema, line).task?.attempts.length, 2);
  });

  test("tells how many tries are left, and when they end", async () => {
    await using on = await ProgramBench.start();
    const { id } = on.api.put({
      link: "https://site.example/1",
      attemptCount: 3,
      attemptLimit: 10,
      giveUpTime: fromNow(2 * 3_600_000 + 30_000),
    });
    const { stdout } = await on.run(["show", id]);
    assert.match(stdout, /^attempts +3 of 10 to download, 0 to deliver$/m);
    assert.match(stdout, /^gives up +\S+ \S+ \(in 2h00m\)$/m);
  });

  test("an unknown id is a failure", async () => {
    await using on = await ProgramBench.start();
    const ended = await on.run(["show", UNKNOWN_ID, "--json"]);
    assert.partialDeepStrictEqual(ended, { status: 1, stdout: "", stderr: `dwld: no task ${UNKNOWN_ID}\n` });
  });
});
