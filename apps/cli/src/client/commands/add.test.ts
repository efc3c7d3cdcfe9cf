import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  AddTaskResponseSchema,
  AudioFormat,
  LiveMode,
  Placement,
  Recode,
  type TaskOptions,
  TaskState,
} from "@dwld/rpc";
import { documents, ProgramBench } from "../testing/program-bench.ts";

const exampleLink = "https://site.example/1";

describe("add", { concurrency: 2, timeout: 120_000 }, () => {
  test("add: prints the id, the state and the link", async () => {
    await using on = await ProgramBench.start();
    const ended = await on.run(["add", exampleLink]);
    const [task] = on.api.tasks;
    assert.partialDeepStrictEqual(ended, { status: 0, stdout: `${task?.id}  queued  ${exampleLink}\n`, stderr: "" });
    assert.equal(task?.chatId, "cli");
  });

  test("add: with a token, without --chat, the server takes the only chat of the token", async () => {
    await using on = await ProgramBench.start();
    const env = { DWLD_TOKEN: "dwld_token" };
    assert.equal((await on.run(["add", exampleLink], { env })).stderr, "");
    assert.equal(on.api.tasks[0]?.chatId, "");
  });

  test("add --dry-run: shows the site, stages and folder of each link, and adds none", async () => {
    await using on = await ProgramBench.start();
    const { id } = on.api.put({ link: "https://site.example/known", state: TaskState.DOWNLOADING, title: "A film" });
    const links = [exampleLink, "ftp://site.example/2", "https://site.example/known"];
    const { status, stdout, stderr } = await on.run(["add", "--dry-run", "--user", "ann", ...links]);
    assert.equal(status, 1);
    assert.deepEqual(stdout.split("\n"), [
      exampleLink,
      "  site    site",
      "  stages  default, cookies",
      "  folder  ftp://nas:21/videos/ann",
      "",
      "https://site.example/known",
      "  stages  default, cookies",
      "  folder  ftp://nas:21/videos/ann",
      `  joins   ${id}  downloading  A film`,
      "",
    ]);
    assert.equal(stderr, "dwld: ftp://site.example/2: link: must begin with http:// or https://\n");
    assert.equal(on.api.tasks.length, 1);
    const json = await on.run(["add", "--dry-run", "--json", exampleLink]);
    assert.equal(json.status, 0);
    const [document = ""] = documents(json.stdout);
    assert.deepEqual(fromJsonString(AddTaskResponseSchema, document).preview?.stages, ["default", "cookies"]);
    assert.equal(on.api.tasks.length, 1);
    assert.match(
      (await on.run(["add", "--dry-run", "--wait", exampleLink])).stderr,
      /cannot be used with option '--wait'/,
    );
  });

  test("add: passes every option on", async () => {
    await using on = await ProgramBench.start();
    const words = "--quality 720p --audio --subtitles en,ru --subtitles pt-BR --playlist --limit 5 --user alice";
    const more = "--folder a/b --chat c --at 2026-12-31T23:00Z --request-id r";
    const { status, stdout } = await on.run(["add", ...words.split(" "), ...more.split(" "), exampleLink]);
    assert.equal(status, 0);
    assert.match(stdout, /waits: its start time has not come yet, until 2026-12-31 23:00 /);
    assert.partialDeepStrictEqual(on.api.calls[0]?.[1], {
      link: exampleLink,
      targetQuality: 720,
      chatId: "c",
      userName: "alice",
      folder: "a/b",
      requestId: "r",
      startAfter: { seconds: BigInt(Date.UTC(2026, 11, 31, 23) / 1000) },
      options: { audioOnly: true, subtitleLanguages: ["en", "ru", "pt-BR"], playlist: true, playlistLimit: 5 },
    });
  });

  test("add: passes on the options of the table", async () => {
    await using on = await ProgramBench.start();
    const sound =
      "--audio --audio-format mp3 --subtitles en --auto-subtitles --subtitles-as file --thumbnail embed --chapters";
    const more =
      "--metadata --sponsorblock-remove sponsor,intro --sponsorblock-mark chapter --playlist --uploaded-after 2024-02-29";
    const last = "--uploaded-before 2026-01-31 --live from-start";
    const picture = "--section 1:30-2:00.5 --section -30 --section=10- --recode --live refuse";
    for (const words of [`${sound} ${more} ${last}`, picture])
      assert.equal((await on.run(["add", ...words.split(" "), exampleLink])).status, 0, words);
    const [first, second] = on.api.calls.map(([, request]) => (request as { options: TaskOptions }).options);
    assert.partialDeepStrictEqual(first, {
      audioOnly: true,
      audioFormat: AudioFormat.MP3,
      subtitleLanguages: ["en"],
      automaticSubtitles: true,
      subtitlePlacement: Placement.FILE,
      thumbnail: Placement.EMBEDDED,
      embedChapters: true,
      embedMetadata: true,
      sponsorblockRemove: ["sponsor", "intro"],
      sponsorblockMark: ["chapter"],
      playlist: true,
      uploadedAfter: "2024-02-29",
      uploadedBefore: "2026-01-31",
      liveMode: LiveMode.RECORD_FROM_START,
      recode: Recode.UNSPECIFIED,
    });
    assert.partialDeepStrictEqual(second, {
      recode: Recode.MP4,
      liveMode: LiveMode.UNSPECIFIED,
      sections: [
        { start: { seconds: 90n }, end: { seconds: 120n, nanos: 500_000_000 } },
        { end: { seconds: 30n } },
        { start: { seconds: 10n } },
      ],
    });
  });

  test("add: reads lines from standard input in order, without comments and blank lines", async () => {
    await using on = await ProgramBench.start();
    const input = `\ufeff# films\r\n${exampleLink}\r\n\n  # more\n  https://site.example/2  \nhttps://site.example/3#part`;
    assert.equal((await on.run(["add"], { input })).status, 0);
    assert.equal(
      (await on.run(["add", "https://site.example/0", "-"], { input: "https://site.example/9\n" })).status,
      0,
    );
    assert.deepEqual(
      on.api.tasks.map(({ link }) => link.replace("https://site.example/", "")),
      ["1", "2", "3#part", "0", "9"],
    );
  });

  test("add: adds a line as soon as it is written", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "-"], { input: `${exampleLink}\n`, keepInput: true });
    await program.until(() => on.api.tasks.length === 1);
    program.child.stdin?.end("https://site.example/2\n");
    assert.equal((await program.ended).status, 0);
    assert.equal(on.api.tasks.length, 2);
  });

  test("add: no link at all is a failure", async () => {
    await using on = await ProgramBench.start();
    assert.partialDeepStrictEqual(await on.run(["add"], { input: "# nothing\n" }), {
      status: 1,
      stdout: "",
      stderr: "dwld: no links were given\n",
    });
  });

  test("add: a refused link is shown with the reason, does not stop the others, and is a failure", async () => {
    await using on = await ProgramBench.start();
    const { status, stdout, stderr } = await on.run([
      "add",
      "--json",
      exampleLink,
      "ftp://x",
      "--",
      "-x",
      "https://site.example/2",
    ]);
    assert.equal(status, 1);
    assert.deepEqual(
      documents(stdout).map((line) => fromJsonString(AddTaskResponseSchema, line).task?.link),
      [exampleLink, "https://site.example/2"],
    );
    const rule = "link: must begin with http:// or https://";
    assert.equal(stderr, `dwld: ftp://x: ${rule}\ndwld: -x: ${rule}\n`);
  });

  test("add: a link that is known already is shown so, and is no failure", async () => {
    await using on = await ProgramBench.start();
    await on.run(["add", exampleLink]);
    on.api.set(on.api.tasks[0]?.id ?? "", { state: TaskState.DOWNLOADING });
    const again = await on.run(["add", exampleLink]);
    assert.equal(again.status, 0);
    assert.match(again.stdout, /downloading {2}https:\/\/site\.example\/1 {2}\(was there already\)\n$/);
    const json = await on.run(["add", "--json", exampleLink]);
    assert.equal(fromJsonString(AddTaskResponseSchema, json.stdout).joined, true);
  });

  test("add: a request whose answer is lost is repeated, and makes one task", async () => {
    await using on = await ProgramBench.start();
    let isFirst = true;
    on.api.before = (_method, request) => {
      if (!isFirst) return;
      isFirst = false;
      on.api.put({ link: exampleLink, requestId: (request as { requestId: string }).requestId });
      throw new ConnectError("shutting down", Code.Unavailable);
    };
    const { status, stdout, stderr } = await on.run(["add", exampleLink]);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `${on.api.tasks[0]?.id}  queued  ${exampleLink}\n`);
    assert.match(stderr, /^dwld: http:\S+ is busy or shutting down \(shutting down\); trying again for 1m00s\n$/);
    assert.deepEqual([on.api.tasks.length, on.api.calls.length], [1, 2]);
  });

  test("add: a restart of the api between two links loses neither", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "-"], { input: `${exampleLink}\n`, keepInput: true });
    await program.until(() => on.api.tasks.length === 1);
    await on.kill();
    program.child.stdin?.end("https://site.example/2\n");
    await program.until(({ stderr }) => stderr.includes("trying again"));
    await on.serve();
    assert.equal((await program.ended).status, 0);
    assert.equal(on.api.tasks.length, 2);
  });

  test("add: without an api, it stops at the first link", async () => {
    await using on = await ProgramBench.start();
    await on.kill();
    const { status, stdout, stderr } = await on.run(["add", exampleLink, "https://site.example/2"]);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.equal(
      stderr,
      `dwld: no answer from ${on.url}: connection refused. Is the api running? (dwld up, or systemctl status dwld-api)\n`,
    );
  });

  test("add: a reader that leaves does not stop the adding", async () => {
    await using on = await ProgramBench.start();
    const input = Array.from({ length: 20 }, (_, number) => `https://site.example/${number}\n`).join("");
    const { status, stderr } = await on.startBy("sh", ["-c", 'eval "$DWLD add -" | true'], { input }).ended;
    assert.deepEqual([status, stderr], [0, ""]);
    assert.equal(on.api.tasks.length, 20);
  });

  test("add: a signal ends the reading of links, and decides the exit status's status", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "-"], { input: `${exampleLink}\n`, keepInput: true });
    await program.until(() => on.api.tasks.length === 1);
    program.child.kill("SIGINT");
    assert.partialDeepStrictEqual(await program.ended, { status: 130, signal: null });
  });
});
