import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { ProgramBench } from "./client/testing/program-bench.ts";
import { examplesOf } from "./command-line/help.ts";
import { idleProgram, withAllBelow } from "./testing/idle-program.ts";
import { runHere } from "./testing/run-here.ts";

describe("wrong command line", { concurrency: 2, timeout: 120_000 }, () => {
  const wrong: [args: string[], complaint: RegExp][] = [
    [["lst"], /^dwld: unknown command 'lst'\n\(Did you mean list\?\)$/m],
    [["constructor"], /^dwld: unknown command 'constructor'$/m],
    [["list", "--stat", "done"], /^dwld: unknown option '--stat'\n\(Did you mean --state\?\)$/m],
    [
      ["list", "--state", "gone"],
      /^dwld: option '--state <states>' argument 'gone' is invalid\. The states are queued, /,
    ],
    [["list", "--limit", "0"], /must be a whole number, 1 at least/],
    [["list", "--limit", "5", "--all"], /cannot be used with option '--all'/],
    [["list", "--columns", "id,age,x"], /The columns are id, state, age, changed/],
    [["list", "--sort", "name"], /Allowed choices are added, changed, size/],
    [["list", "extra"], /too many arguments/],
    [["add", "--quality", "-1", "https://a.example"], /must be a height such as 720, 1080p or 4k, or best/],
    [["add", "--quality", "720px", "https://a.example"], /must be a height/],
    [["add", "--patience", "1m", "https://a.example"], /--patience goes with --wait/],
    [["add", "--at", "soon", "https://a.example"], /must be like 2h/],
    [["add", "--limit", "5", "https://a.example"], /--limit goes with --playlist/],
    [["add", "--audio-format", "mp3", "https://a.example"], /--audio-format goes with --audio/],
    [["add", "--audio", "--audio-format", "ogg", "https://a.example"], /Allowed choices are best, m4a, mp3/],
    [["add", "--audio", "--recode", "https://a.example"], /--recode is about the picture/],
    [["add", "--section", "90", "https://a.example"], /must be like 1:30-2:00/],
    [
      ["add", "--section", "1-2", "--subtitles", "en", "https://a.example"],
      /--subtitles cannot be cut: not with --section/,
    ],
    [["add", "--auto-subtitles", "https://a.example"], /--auto-subtitles goes with --subtitles/],
    [["add", "--uploaded-after", "2026-02-30", "https://a.example"], /must be a day such as 2026-01-31/],
    [["add", "--live", "yes", "https://a.example"], /Allowed choices are refuse, record, from-start/],
    [["add", "--request-id", "x", "https://a.example", "https://b.example"], /--request-id goes with one link/],
    [["add", "--subtitles", "en,", "https://a.example"], /words with commas/],
    [["clean", "--older-than", "30"], /must be like 30d/],
    [["--server", "ftp://nas", "status"], /It must be like http:\/\/127\.0\.0\.1:8890/],
    [["clean"], /there is no terminal to ask on/],
    [["clean", "--json"], /there is no terminal to ask on/],
    [["clean", "--yes", "--dry-run"], /cannot be used with option/],
    [["cancel", "019"], /must be the id of a task, 4 characters of its beginning at least, or last/],
    [["show", "film"], /must be the id of a task/],
    [["watch", "last", "--state", "done"], /--state and --chat go without them/],
    [["nonsense", "--help"], /^dwld: unknown command 'nonsense'$/m],
    [["--server", "http://a.example", "lst", "-h"], /^dwld: unknown command 'lst'\n\(Did you mean list\?\)$/m],
    [["help", "nonsense"], /^dwld: unknown command 'nonsense'$/m],
    [[], /^Usage: dwld/],
  ];
  let on: ProgramBench;
  before(async () => {
    on = await ProgramBench.start();
    process.env["DWLD_SERVER"] = on.url;
  });
  after(async () => {
    delete process.env["DWLD_SERVER"];
    await on[Symbol.asyncDispose]();
  });
  for (const [args, complaint] of wrong) {
    test(`"dwld ${args.join(" ")}" is refused with status 2, and asks nothing of the api`, async () => {
      const { status, stdout, stderr } = await runHere(args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, complaint);
      assert.deepEqual(on.api.calls, []);
    });
  }

  test("program: the process has the status and the output of the command", async () => {
    const [args, complaint] = wrong[0] ?? assert.fail();
    const { status, stdout, stderr } = await on.start(args).ended;
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, complaint);
  });
});

/** The arguments of a call as a shell reads them, without what it redirects. */
function wordsOf(call: string): string[] {
  const script = `dwld() { printf '%s\\0' "$@"; }; ${call.replace(/ [<>] \S+$/, "")}`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

test("help: the parser takes every example of every command", async () => {
  const fingerprint = Array.from({ length: 32 }, () => "AB").join(":");
  const examples = withAllBelow(await idleProgram()).flatMap(examplesOf);
  assert.ok(examples.length > 50);
  for (const example of examples) {
    const [call = assert.fail(example)] = /\bdwld [^|]*/.exec(example.replace(/^source <\((.*)\)$/, "$1")) ?? [];
    const words = wordsOf(call.trimEnd().replace("AB:CD:...", fingerprint));
    await assert.doesNotReject(async () => await (await idleProgram()).parseAsync(words, { from: "user" }), example);
  }
});

describe("help", { concurrency: 2, timeout: 120_000 }, () => {
  const commands = ["add", "list", "show", "watch", "cancel", "retry", "delete", "clean", "status"];
  const processes = ["up", "api", "worker", "ftp-sender"];

  test("help: lists every command", async () => {
    await using on = await ProgramBench.start();
    const { status, stdout } = await on.run(["--help"]);
    assert.equal(status, 0);
    for (const command of [...commands, ...processes]) assert.match(stdout, new RegExp(`^  ${command} `, "m"));
  });

  test("help: a reader that leaves is no error", async () => {
    await using on = await ProgramBench.start();
    const script = 'eval "$DWLD --help" | true; echo ${PIPESTATUS[0]}';
    const { stdout, stderr } = await on.startBy("bash", ["--norc", "-c", script]).ended;
    assert.deepEqual([stdout, stderr], ["0\n", ""]);
  });

  for (const args of ["--help", "config schema", "list --help", "explain -"])
    test(`dwld ${args}: output that cannot be written is one sentence and status 1`, async () => {
      await using on = await ProgramBench.start();
      const script = `eval "$DWLD ${args}" < /dev/null > /dev/full; echo $?`;
      const { stdout, stderr } = await on.startBy("bash", ["--norc", "-c", script]).ended;
      assert.equal(stdout, "1\n", stderr);
      assert.match(stderr, /^dwld.*: the output cannot be written: ENOSPC: no space left on device, write\n$/m);
      assert.doesNotMatch(stderr, /^ +at /m);
    });

  for (const [args, status] of [
    ["nonsense", 2],
    ["config check /proc/nothing", 78],
    ["explain /proc/nothing", 1],
  ])
    test(`dwld ${args}: has its status ${status} where a complaint cannot be written, too`, async () => {
      await using on = await ProgramBench.start();
      const script = `eval "$DWLD ${args}" 2> /dev/full; echo $?`;
      assert.equal((await on.startBy("bash", ["--norc", "-c", script]).ended).stdout, `${status}\n`);
    });

  for (const command of [...commands, ...processes]) {
    test(`help: the examples of ${command} are valid`, async () => {
      await using on = await ProgramBench.start();
      const asked = await runHere(["help", command]);
      const optioned = await runHere([command, "--help"]);
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
        const { status, stderr } = await on.run(wordsOf(first), { input: "https://a.example\n" });
        assert.equal(status, 1, `${example}: ${stderr}`);
        assert.match(stderr, /asked \(request [\da-f]{16}\)\n$/);
      }
    });
  }
});

test("--server: stands before or after the command, and overrides the environment", async () => {
  await using on = await ProgramBench.start();
  const env = { DWLD_SERVER: "http://127.0.0.1:1" };
  assert.equal((await on.start(["status"], { env }).ended).status, 1);
  assert.equal((await on.start(["--server", on.url, "status"], { env }).ended).status, 0);
  assert.equal((await on.start(["status", "--server", on.url.replace("http://", "")], { env }).ended).status, 0);
});

describe("DWLD_SERVER, DWLD_FINGERPRINT", { timeout: 120_000 }, () => {
  const wrong: [name: string, value: string, rule: RegExp][] = [
    ["DWLD_SERVER", "ftp://nas", /^dwld: DWLD_SERVER is "ftp:\/\/nas": it must be like http:\/\/127\.0\.0\.1:8890, /],
    ["DWLD_SERVER", "http://\u001b[31m\u202E", /^dwld: DWLD_SERVER is "http:\/\/": it must be like /],
    ["DWLD_FINGERPRINT", "AB:CD", /^dwld: DWLD_FINGERPRINT is "AB:CD": it must be 32 pairs of hexadecimal digits\n$/],
  ];
  for (const [name, value, rule] of wrong)
    test(`${name}: ${JSON.stringify(value)} is refused where the api is called, and stops no other command`, async () => {
      const env = { [name]: value };
      const { status, stdout, stderr } = await runHere(["whoami"], { env });
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, rule);
      assert.equal((await runHere(["config", "schema"], { env })).status, 0);
      assert.equal((await runHere(["explain", "--help"], { env })).stderr, "");
    });

  test("DWLD_SERVER, DWLD_FINGERPRINT: empty means that none is set, and the option goes before a wrong one", async () => {
    await using on = await ProgramBench.start();
    const empty = { DWLD_SERVER: "", DWLD_FINGERPRINT: "" };
    assert.equal((await on.run(["status"], { env: empty })).status, 0);
    assert.doesNotMatch((await runHere(["version"], { env: empty })).stderr, /DWLD_/);
    assert.equal((await on.run(["status"], { env: { DWLD_SERVER: "ftp://nas" } })).status, 0);
  });

  test("DWLD_SERVER, DWLD_FINGERPRINT: the help names both", async () => {
    const { stdout } = await runHere(["--help"]);
    const words = stdout.replaceAll(/\s+/g, " ");
    for (const name of ["DWLD_SERVER", "DWLD_FINGERPRINT"]) assert.ok(words.includes(`(env: ${name})`), name);
  });
});

test("program: an unexpected failure of the api shows once the request id that the command has sent", async () => {
  await using on = await ProgramBench.start();
  const sent: string[] = [];
  on.api.before = (_method, _request, { requestHeader }) => {
    const id = requestHeader.get("x-request-id") ?? "none";
    sent.push(id);
    throw new ConnectError(sent.length === 1 ? `internal error, request ${id}` : "defect", Code.Internal);
  };
  const [told, untold] = [await on.run(["status"]), await on.run(["status"])];
  assert.equal(new Set(sent).size, 2);
  assert.deepEqual([told.status, told.stderr], [1, `dwld: the api failed: internal error, request ${sent[0]}\n`]);
  assert.equal(untold.stderr, `dwld: the api failed: defect (request ${sent[1]})\n`);
});
