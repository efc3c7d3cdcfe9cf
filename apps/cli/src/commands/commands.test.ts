import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import {
  CancelTaskResponseSchema,
  CleanHistoryResponseSchema,
  DeleteTaskResponseSchema,
  FailureClass,
  GetStatusResponseSchema,
  GetTaskResponseSchema,
  ListTasksResponseSchema,
  RetryTaskResponseSchema,
  TaskState,
} from "@dwld/rpc";
import { fromNow } from "../fixture/in-memory-api.ts";
import { ProgramBench } from "../fixture/program-bench.ts";

const UNKNOWN_ID = "019abf3e-7c11-7d2a-9b0e-ffffffffffff";

async function bench(): Promise<ProgramBench> {
  return new ProgramBench({ connectNodeAdapter, spawn }).serve();
}

function documents(stdout: string): string[] {
  assert.ok(stdout === "" || stdout.endsWith("\n"), "the last document ends its line");
  return stdout.split("\n").slice(0, -1);
}

describe("list", { concurrency: 2 }, () => {
  test("shows the newest first, under a header", async () => {
    await using on = await bench();
    on.api.put({ link: "https://site.example/1", title: "First" });
    on.api.put({ link: "https://site.example/2", state: TaskState.DOWNLOADING });
    const { status, stdout, stderr } = await on.run(["list"]);
    assert.deepEqual([status, stderr], [0, ""]);
    const [header, ...rows] = stdout.trimEnd().split("\n");
    assert.match(header ?? "", /^ID +STATE +AGE +QUALITY +SIZE +WHAT$/);
    assert.match(rows[0] ?? "", /^019abf3e-7c11-7d2a-9b0e-000000000002 +downloading .* https:\/\/site.example\/2$/);
    assert.match(rows[1] ?? "", /^019abf3e-7c11-7d2a-9b0e-000000000001 +queued .* First$/);
  });

  test("passes its filter on", async () => {
    await using on = await bench();
    await on.run(["list", "--state", "done,failed", "--state", "ready-to-send", "--chat", "a", "--search", "b c"]);
    const [, request] = on.api.calls[0] ?? [];
    assert.partialDeepStrictEqual(request, {
      pageSize: 50,
      filter: { states: [TaskState.DONE, TaskState.FAILED, TaskState.READY_TO_SEND], chatId: "a", text: "b c" },
    });
  });

  test("gives exactly as many as were asked for, over pages", async () => {
    await using on = await bench();
    for (let number = 0; number < 1203; number += 1) on.api.put({ link: `https://site.example/${number}` });
    const limited = await on.run(["list", "--limit", "501"]);
    assert.equal(limited.stdout.trimEnd().split("\n").length, 1 + 501);
    const all = await on.run(["list", "--all", "--json"]);
    const pages = documents(all.stdout).map((line) => fromJsonString(ListTasksResponseSchema, line).tasks);
    assert.deepEqual(
      pages.map((page) => page.length),
      [500, 500, 203],
    );
    assert.equal(new Set(pages.flat().map((task) => task.id)).size, 1203);
  });

  test("a title cannot steer the terminal", async () => {
    await using on = await bench();
    on.api.put({ link: "https://site.example/1", title: "\u001b[2J\u001b]0;x\u0007evil\u202egpj.\u009b1m\nnext" });
    const human = await on.run(["list"]);
    assert.match(human.stdout, /evilgpj\. ?1?m? next\n$/);
    assert.doesNotMatch(human.stdout.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
    const json = await on.run(["list", "--json"]);
    assert.doesNotMatch(json.stdout.trimEnd(), /[\p{Cc}\u202e]/u);
    assert.match(fromJsonString(ListTasksResponseSchema, json.stdout).tasks[0]?.title ?? "", /^\u001b\[2J/);
  });

  test("a reader that leaves is no error", async () => {
    await using on = await bench();
    for (let number = 0; number < 2000; number += 1) on.api.put({ link: `https://site.example/${number}` });
    const { status, stdout, stderr } = await on.startBy("bash", [
      "--norc",
      "-c",
      `eval "$DWLD list --all" | head -1; echo $\{PIPESTATUS[0]}`,
    ]).ended;
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^ID .*\n0\n$/);
  });

  test("an output that cannot be written is a failure", async () => {
    await using on = await bench();
    const { status, stderr } = await on.startBy("sh", ["-c", 'eval "$DWLD list > /dev/full"']).ended;
    assert.equal(status, 1);
    assert.match(stderr, /^dwld: the output cannot be written: .*ENOSPC.*\n$/);
  });

  test("says that there are none", async () => {
    await using on = await bench();
    assert.partialDeepStrictEqual(await on.run(["list"]), { status: 0, stdout: "no tasks\n", stderr: "" });
  });
});

describe("show", { concurrency: 2 }, () => {
  test("shows fields, files with where they are, and every attempt with what decided", async () => {
    await using on = await bench();
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

  test("an unknown id is a failure", async () => {
    await using on = await bench();
    const ended = await on.run(["show", UNKNOWN_ID, "--json"]);
    assert.partialDeepStrictEqual(ended, { status: 1, stdout: "", stderr: `dwld: no task ${UNKNOWN_ID}\n` });
  });
});

describe("cancel, retry, delete", { concurrency: 2 }, () => {
  test("each is done to every task; one that is refused does not stop the others, and is a failure", async () => {
    await using on = await bench();
    const one = on.api.put({ link: "https://site.example/1" }).id;
    const done = on.api.put({ link: "https://site.example/2", state: TaskState.DONE }).id;
    const two = on.api.put({ link: "https://site.example/3" }).id;
    const canceled = await on.run(["cancel", one, done, two, "--json"]);
    assert.equal(canceled.status, 1);
    assert.equal(canceled.stderr, `dwld: ${done}: task ${done} is done\n`);
    assert.deepEqual(
      documents(canceled.stdout).map((line) => fromJsonString(CancelTaskResponseSchema, line).task?.id),
      [one, two],
    );
    const retried = await on.run(["retry", one, two, "--json"]);
    assert.equal(retried.status, 0);
    assert.deepEqual(
      documents(retried.stdout).map((line) => fromJsonString(RetryTaskResponseSchema, line).task?.state),
      [TaskState.QUEUED, TaskState.QUEUED],
    );
    const deleted = await on.run(["delete", "--files", one]);
    assert.partialDeepStrictEqual(deleted, { status: 0, stdout: `${one}  deleted\n` });
    assert.partialDeepStrictEqual(on.api.calls.at(-1)?.[1], { id: one, deleteFiles: true });
    const again = await on.run(["delete", two, "--json"]);
    assert.deepEqual(
      documents(again.stdout).map((line) => fromJsonString(DeleteTaskResponseSchema, line).$typeName),
      ["dwld.v1.DeleteTaskResponse"],
    );
    assert.deepEqual(
      on.api.tasks.map((task) => task.id),
      [done],
    );
  });

  test("without an id is written wrong", async () => {
    await using on = await bench();
    for (const command of ["cancel", "retry", "delete", "show"]) {
      const { status, stderr } = await on.run([command]);
      assert.deepEqual([status, stderr.split("\n")[0]], [2, "dwld: missing required argument 'id'"]);
    }
    assert.deepEqual(on.api.calls, []);
  });
});

describe("clean", { concurrency: 2 }, () => {
  test("forgets what the options name, and says how many", async () => {
    await using on = await bench();
    for (const state of [TaskState.DONE, TaskState.FAILED, TaskState.QUEUED, TaskState.DONE]) {
      on.api.put({ link: "https://site.example/1", state });
    }
    const some = await on.run(["clean", "--state", "done", "--older-than", "30d", "--chat", "c"]);
    assert.partialDeepStrictEqual(some, { status: 0, stdout: "2 tasks forgotten\n" });
    const request = on.api.calls[0]?.[1] as { finishedBefore: { seconds: bigint }; chatId: string };
    assert.equal(request.chatId, "c");
    assert.ok(Math.abs(Number(request.finishedBefore.seconds) - (Date.now() / 1000 - 30 * 86_400)) < 60);
    const json = await on.run(["clean", "--json"]);
    assert.equal(fromJsonString(CleanHistoryResponseSchema, json.stdout).deletedCount, 1n);
    assert.match(json.stdout, /"deletedCount":"1"/);
  });

  test("what has not ended cannot be forgotten", async () => {
    await using on = await bench();
    const { status, stderr } = await on.run(["clean", "--state", "queued"]);
    assert.equal(status, 2);
    assert.equal(stderr, "dwld: clean: only done, failed and canceled tasks can be forgotten\n");
    assert.deepEqual(on.api.calls, []);
  });
});

describe("status", { concurrency: 2 }, () => {
  test("shows counts, work, processes, sensors, disk, pauses, destination and cache", async () => {
    await using on = await bench();
    on.api.status = {
      version: "0.1.0",
      counts: [
        { state: TaskState.QUEUED, count: 3n },
        { state: TaskState.DONE, count: 120n },
      ],
      inWork: [
        {
          id: UNKNOWN_ID,
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
      downloadsDisk: { path: "/var/lib/dwld", freeBytes: 120_000_000_000n, totalBytes: 500_000_000_000n },
      processes: [
        { app: "worker", host: "nas", pid: 7, alive: true, startTime: fromNow(-7_380_000), ytdlpVersion: "2026.11.01" },
        { app: "ftp-sender", host: "nas", pid: 8, lastSeenTime: fromNow(-300_000), trouble: "530 Login incorrect" },
      ],
      pausedSites: [{ site: "youtube", pausedUntil: fromNow(301_000), reason: "rate_limited" }],
      destination: "ftp://nas:21/videos",
      cache: "ok",
    };
    const { status, stdout } = await on.run(["status"]);
    assert.equal(status, 0);
    for (const line of [
      /^tasks +3 queued, 120 done$/m,
      /^destination +ftp:\/\/nas:21\/videos$/m,
      /^disk +120 GB of 500 GB free \(24\.0%\), \/var\/lib\/dwld$/m,
      /^sensors +cpu temperature 45 °C, memory used 3\.10 GB, load average 1m 0\.42$/m,
      /^ {2}worker +alive for 2h03m {2}pid 7 on nas {2}yt-dlp 2026\.11\.01$/m,
      /^ {2}ftp-sender {2}not alive, last seen 5m0\ds ago {2}pid 8 on nas {2}trouble: 530 Login incorrect$/m,
      /^ {2}ftp-sender {2}none is alive$/m,
      /^ {2}youtube {2}until \d\d:\d\d:\d\d \(5m0\ds\) {2}rate_limited$/m,
      /^ {2}sending +43\.2% {2}████░{6} +12\.3 MB of 28\.5 MB +2\.10 MB\/s +8s left {2}A film$/m,
    ]) {
      assert.match(stdout, line);
    }
    const json = await on.run(["status", "--json"]);
    assert.equal(fromJsonString(GetStatusResponseSchema, json.stdout).counts.length, 2);
  });
});

describe("written wrong", { concurrency: 2 }, () => {
  const wrong: [args: string[], complaint: RegExp][] = [
    [["lst"], /^dwld: unknown command 'lst'\n\(Did you mean list\?\)$/m],
    [["list", "--stat", "done"], /^dwld: unknown option '--stat'\n\(Did you mean --state\?\)$/m],
    [
      ["list", "--state", "gone"],
      /^dwld: option '--state <states>' argument 'gone' is invalid\. The states are queued, /,
    ],
    [["list", "--limit", "0"], /must be a whole number, 1 at least/],
    [["list", "--limit", "5", "--all"], /cannot be used with option '--all'/],
    [["list", "extra"], /too many arguments/],
    [["add", "--quality", "-1", "https://a.example"], /must be a number of pixels/],
    [["add", "--at", "soon", "https://a.example"], /must be like 2h/],
    [["add", "--limit", "5", "https://a.example"], /--limit goes with --playlist/],
    [["add", "--request-id", "x", "https://a.example", "https://b.example"], /--request-id goes with one link/],
    [["add", "--subtitles", "en,", "https://a.example"], /words with commas/],
    [["clean", "--older-than", "30"], /must be like 30d/],
    [["--server", "ftp://nas", "status"], /It must be like http:\/\/127\.0\.0\.1:8890/],
    [["up"], /up is a process of its own/],
    [[], /^Usage: dwld/],
  ];
  for (const [args, complaint] of wrong) {
    test(`"dwld ${args.join(" ")}" is told so, with status 2, and asks nothing of the api`, async () => {
      await using on = await bench();
      const { status, stdout, stderr } = await on.run(args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, complaint);
      assert.deepEqual(on.api.calls, []);
    });
  }
});

describe("help", { concurrency: 2 }, () => {
  const commands = ["add", "list", "show", "watch", "cancel", "retry", "delete", "clean", "status"];
  const processes = ["up", "api", "worker", "ftp-sender"];

  test("lists every command", async () => {
    await using on = await bench();
    const { status, stdout } = await on.run(["--help"]);
    assert.equal(status, 0);
    for (const command of [...commands, ...processes]) assert.match(stdout, new RegExp(`^  ${command} `, "m"));
  });

  for (const command of [...commands, ...processes]) {
    test(`${command} has examples that are written right`, async () => {
      await using on = await bench();
      const asked = await on.run(["help", command]);
      const optioned = await on.run([command, "--help"]);
      assert.deepEqual([asked.status, optioned.status, asked.stdout], [0, 0, optioned.stdout]);
      const examples = [...asked.stdout.matchAll(/^ {2}(dwld .*)$/gm)].map(([, example]) => example ?? "");
      assert.ok(examples.length > 0);
      if (processes.includes(command)) return;
      for (const example of examples) {
        const [first = ""] = example.split(" | ");
        // Whatever the api thinks of ids and streams that do not end, the words are those that the parser knows.
        on.api.before = () => {
          throw new ConnectError("asked", Code.Internal);
        };
        const script = `cd "$(mktemp -d)"; echo https://a.example > links.txt; eval "$DWLD \${0#dwld }"`;
        const { status, stderr } = await on.startBy("sh", ["-c", script, first]).ended;
        assert.equal(status, 1, `${example}: ${stderr}`);
        assert.match(stderr, /asked\n$/);
      }
    });
  }
});

test("the server can be named before and after the command, and beats the environment", async () => {
  await using on = await bench();
  const env = { DWLD_SERVER: "http://127.0.0.1:1" };
  assert.equal((await on.run(["status"], { env })).status, 1);
  assert.equal((await on.run(["--server", on.url, "status"], { env })).status, 0);
  assert.equal((await on.run(["status", "--server", on.url.replace("http://", "")], { env })).status, 0);
});

test("an unexpected failure of the api shows the request id that it gives", async () => {
  await using on = await bench();
  on.api.before = (_method: string, _request: unknown, _context: HandlerContext) => {
    throw new ConnectError("internal error, request 7f3a", Code.Internal);
  };
  const { status, stderr } = await on.run(["status"]);
  assert.deepEqual([status, stderr], [1, "dwld: the api failed: internal error, request 7f3a\n"]);
});
