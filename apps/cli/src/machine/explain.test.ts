import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { dwldCommand as dwld } from "@dwld/testbed";
import { runHere } from "../testing/run-here.ts";

let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-explain-"));
});
after(() => rm(folder, { recursive: true }));

async function explain(args: readonly string[], input: string | Buffer) {
  return await runHere(["explain", ...args], { input });
}

type Explained = {
  failureClass: string;
  line: string;
  confidence: string;
  retryAt: string | null;
  unsure: readonly string[];
  alsoRead: readonly { failureClass: string; words: string }[];
  check: string | null;
  next: string;
  advice: { en: string; ru: string };
};

async function explained(args: readonly string[], input: string | Buffer): Promise<Explained> {
  const { status, stdout, stderr } = await explain(["--json", ...args], input);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Explained;
}

const bot = "ERROR: [youtube] abc: Sign in to confirm you’re not a bot. Use --cookies";

describe("explain: output", () => {
  test("explain: JSON has the class, the line, the next step and the advice in two languages", async () => {
    const { failureClass, line, confidence, retryAt, next, advice } = await explained(
      ["--site", "youtube", "--exit-code", "1"],
      `${bot}\n`,
    );
    assert.deepEqual(
      { failureClass, line, confidence, retryAt },
      {
        failureClass: "bot_check",
        line: bot,
        confidence: "high",
        retryAt: null,
      },
    );
    assert.match(next, /youtube rest/);
    assert.match(advice.en, /robot/);
    assert.match(advice.ru, /робота/);
  });

  test("explain: text has the same for a person", async () => {
    const { stdout } = await explain([], "ERROR: [youtube] abc: Premieres in 3 hours\n");
    for (const expected of [
      /not_started/,
      /Premieres in 3 hours/,
      /retry at +20\d\d-/,
      /has not started/,
      /ещё не вышло/,
    ])
      assert.match(stdout, expected);
  });

  test("explain: no word of the commonest failure is taken for a secret", async () => {
    const whole =
      "ERROR: [youtube] abc: Sign in to confirm you’re not a bot. Use --cookies-from-browser or --cookies for the authentication.";
    assert.ok((await explain([], whole)).stdout.includes(`decided by  ${whole}\n`));
    assert.match((await explain([], bot)).stdout, /^next +dwld lets all tasks/m);
  });

  test("explain: tells its doubts, other classes, and how to be sure", async () => {
    const twofold = "ERROR: [a] b: This video may be deleted or geo-restricted";
    const { failureClass, unsure, alsoRead, check } = await explained([], twofold);
    assert.equal(failureClass, "geo_blocked");
    assert.deepEqual(unsure, ["the text speaks for more than one class"]);
    assert.deepEqual(alsoRead, [{ failureClass: "gone", words: "deleted" }]);
    assert.match(check ?? "", /another country/);
    const { stdout } = await explain([], twofold);
    assert.match(
      stdout,
      /^unsure +the text speaks for more than one class\n^also read +gone: "deleted"\n^to be sure +open/m,
    );
  });

  test("explain: a signal is an interruption, whatever was printed", async () => {
    assert.equal((await explained(["--signal", "kill"], `${bot}\n`)).failureClass, "killed");
    assert.equal((await explained(["--exit-code", "143"], "")).failureClass, "killed");
  });

  test("explain: secrets are not printed", async () => {
    const secret =
      "ERROR: [a] b: Unable to download webpage: https://me:hunter2@x.example/?token=hunter3 HTTP Error 403";
    for (const args of [[], ["--json"]]) assert.doesNotMatch((await explain(args, secret)).stdout, /hunter/);
  });
});

describe("explain: input", () => {
  test("explain: reads files one after another", async () => {
    const [first, second] = [join(folder, "first"), join(folder, "second")];
    await writeFile(first, "ERROR: [youtube] a1: Private video");
    await writeFile(second, "ERROR: [youtube] a1: Video unavailable");
    assert.equal((await explained([first], "")).failureClass, "private");
    assert.equal((await explained([first, second], "")).failureClass, "gone");
  });

  test("explain: reads lines with CRLF", async () => {
    assert.equal((await explained([], `[youtube] abc: Downloading webpage\r\n${bot}\r\n`)).line, bot);
  });

  test("explain: reads a paste from a console of Windows", async () => {
    const paste = [
      "C:\\Users\\me>yt-dlp https://www.youtube.com/watch?v=abc",
      "[youtube] Extracting URL: https://www.youtube.com/watch?v=abc",
      "ERROR: [youtube] abc: Video unavailable. This video has been removed by the upl",
      "oader",
      "",
      "C:\\Users\\me>",
    ];
    const wide = paste.map((line, index) => (index === 1 ? line.padEnd(79, "x") : line));
    assert.equal((await explained([], wide.join("\r\n"))).failureClass, "gone");
  });

  test("explain: reads UTF-16, as PowerShell writes it", async () => {
    const file = join(folder, "utf16");
    await writeFile(file, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${bot}\r\n`, "utf16le")]));
    assert.equal((await explained([file], "")).failureClass, "bot_check");
  });

  test("explain: of several tracebacks the last one decides, if there is no error", async () => {
    const traceback = (last: string) =>
      `Traceback (most recent call last):\n  File "x.py", line 1, in f\n    g()\n${last}\n\n`;
    const input = `${traceback("KeyError: 'a'")}During handling of the above exception, another exception occurred:\n\n${traceback("OSError: [Errno 28] No space left on device")}`;
    assert.equal((await explained([], input)).failureClass, "disk_full");
    assert.equal((await explained([], `${bot}\n${input}`)).failureClass, "bot_check");
  });

  test("explain: random bytes are an unknown failure", async () => {
    const rubbish = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919 + (index >> 3)) % 256));
    assert.equal((await explained([], rubbish)).failureClass, "unknown");
  });

  test("explain: reads 50 MB in a process that may use 64 MB", async () => {
    const progress = "[download]  12.3% of 10.00MiB at 1.00MiB/s\n";
    const line = Buffer.from(`${`${progress.repeat(1200)}[debug] x\n`.repeat(10)}[debug] ${"x".repeat(500_000)}\n`);
    const chunks = [...Array.from({ length: 50 }, () => line), `${"y".repeat(1_000_000)}\n`, `${bot}\n`];
    const env = { PATH: process.env["PATH"], NODE_OPTIONS: "--max-old-space-size=64" };
    const child = spawn(dwld, ["explain", "--json"], { env, stdio: ["pipe", "pipe", "inherit"] });
    const answer = text(child.stdout);
    for (const chunk of chunks) if (!child.stdin.write(chunk)) await once(child.stdin, "drain");
    child.stdin.end();
    assert.equal((JSON.parse(await answer) as Explained).failureClass, "bot_check");
  });

  test("explain: an empty input is reported, and answered", async () => {
    const { status, stdout, stderr } = await explain(["--json"], "");
    assert.equal(status, 0);
    assert.match(stderr, /input is empty/);
    assert.match(stdout, /"failureClass":"unknown"/);
  });
});

describe("explain: command line", () => {
  test("explain: --help has examples", async () => {
    const { status, stdout } = await explain(["--help"], "");
    assert.equal(status, 0);
    assert.match(stdout, /Usage: dwld explain/);
    assert.match(stdout, /Examples:/);
  });

  for (const args of [
    ["--bogus"],
    ["--exit-code", "many"],
    ["--exit-code", "256"],
    ["--signal", "9 lives"],
    ["--site"],
  ])
    test(`explain: "${args.join(" ")}" is a wrong command line`, async () => {
      const { status, stdout, stderr } = await explain(args, bot);
      assert.equal(status, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /^dwld explain: .+; see dwld explain --help\n$/);
    });

  test("explain: a missing file is reported", async () => {
    const { status, stderr } = await explain([join(folder, "missing")], "");
    assert.equal(status, 1);
    assert.match(stderr, /missing/);
  });
});
