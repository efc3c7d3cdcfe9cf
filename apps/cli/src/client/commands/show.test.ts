import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, fromJsonString } from "@bufbuild/protobuf";
import { FailureClass, FailureSchema, GetTaskResponseSchema, TaskState } from "@dwld/rpc";
import { fromNow } from "../testing/in-memory-api.ts";
import { documents, ProgramBench } from "../testing/program-bench.ts";

const unknownId = "019abf3e-7c11-7d2a-9b0e-ffffffffffff";

describe("show", { concurrency: 2, timeout: 120_000 }, () => {
  test("show: prints fields, files with their paths, and every attempt with the deciding line", async () => {
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
          failure: {
            failureClass: FailureClass.BOT_CHECK,
            message: "ERROR: Sign in",
            advice: [{ languageCode: "en", text: "Give it cookies." }],
          },
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

  test("show: prints how many attempts are left, and when they end", async () => {
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

  test("show: prints a report of an unknown failure, without persons and without secrets of a link", async () => {
    await using on = await ProgramBench.start();
    on.api.status = { processes: [{ app: "worker", version: "0.9.1" }] };
    const failure = { failureClass: FailureClass.UNKNOWN, message: "ERROR: [site] a: The flux is misaligned" };
    const { id } = on.api.put({
      ...{ link: "https://me:secret@site.example/watch?v=a1&session=s3cret#t", site: "site", userName: "annabel" },
      ...{ state: TaskState.FAILED, failure },
      attempts: [
        { number: 1, stage: "plain", exitCode: 1, failure: { failureClass: FailureClass.NETWORK, message: "away" } },
        {
          ...{ number: 2, stage: "other", exitCode: 1, failure, ytdlpVersion: "2026.10.26" },
          stderrTail: [
            "[debug] /home/bert/bin/yt-dlp of bert@mail.example at 203.0.113.7",
            "[download] Destination: /srv/annabel/data/.dwld/0192/temp/A.mp4",
            "WARNING: [site] https://site.example/api?key=s3cret for annabel",
            "ERROR: [site] a: The flux is misaligned",
          ].join("\n"),
        },
      ],
    });
    const { stdout } = await on.run(["show", id]);
    const report = stdout.slice(stdout.indexOf("```"));
    assert.equal(
      report,
      [
        "```",
        "dwld     0.9.1",
        "yt-dlp   2026.10.26",
        "site     site, site.example",
        "page     https://site.example/watch?v=a1",
        "stage    other",
        "ended    exit status 1",
        "failure  unknown: ERROR: [site] a: The flux is misaligned",
        "stderr",
        "  [debug] /home/<user>/bin/yt-dlp of <address> at <address>",
        "  [download] Destination: <downloads>/.dwld/0192/temp/A.mp4",
        "  WARNING: [site] https://site.example/api for <user>",
        "  ERROR: [site] a: The flux is misaligned",
        "```",
        "",
      ].join("\n"),
    );
    on.api.set(id, { failure: create(FailureSchema, { ...failure, failureClass: FailureClass.GONE }) });
    assert.doesNotMatch((await on.run(["show", id])).stdout, /```/);
    assert.equal(documents((await on.run(["show", id, "--json"])).stdout).length, 1);
  });

  test("show: an unknown id is a failure", async () => {
    await using on = await ProgramBench.start();
    const ended = await on.run(["show", unknownId, "--json"]);
    assert.partialDeepStrictEqual(ended, { status: 1, stdout: "", stderr: `dwld: no task ${unknownId}\n` });
  });
});
