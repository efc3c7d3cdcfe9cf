import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dwldCommand as dwld, eventually } from "@dwld/testbed";
import { execa } from "execa";
import { openLogFiles } from "../log/log-files.ts";
import { LogFilter } from "./log-filter.ts";

const older = "01a21bcb-3cb8-7e76-a83f-6f6c3261ff7e";
const newer = "01a21bcb-5edd-75d6-95bd-b4892969c483";
const fail = (error: Error): never => {
  throw error;
};

let data = "";
let write: (text: string) => void;
before(async () => {
  data = await mkdtemp(join(tmpdir(), "dwld-logs-"));
  // So small that the lines are in both files.
  const files = openLogFiles(join(data, "log"), fail, 700);
  write = (text) => files.write(text);
  write(line("api", "a task was asked for", { task_id: older }));
  write(line("worker", "an attempt begins", { task_id: older, title: "a\u001B[2J" }));
  write(line("api", "a task was asked for", { task_id: newer }));
  write("dwld worker: a message to a person");
  write(line("worker", "ready", { parallel: 2 }));
});
after(async () => {
  await rm(data, { recursive: true });
});

function line(app: string, msg: string, fields: object = {}): string {
  return JSON.stringify({ level: "info", time: "2026-05-04T10:00:00.000Z", app, pid: 1, ...fields, msg });
}

async function logs(...args: string[]) {
  const { exitCode, stdout, stderr } = await execa(dwld, ["logs", "--data", data, ...args], { reject: false });
  return { exitCode, stderr, lines: stdout.split("\n").filter((one) => one !== "") };
}

test("logs: all lines of both files, in their order, as they were written", async () => {
  const { lines, exitCode } = await logs("-n", "all");
  assert.equal(exitCode, 0);
  assert.equal(lines.length, 5);
  assert.match(lines[0] ?? "", new RegExp(older));
  assert.equal(lines[3], "dwld worker: a message to a person");
});

test("logs: an id, its beginning and last choose the lines of a task, --app those of a process, -n the newest", async () => {
  assert.equal((await logs(older)).lines.length, 2);
  assert.deepEqual((await logs("01A21BCB-3c")).lines, (await logs(older)).lines);
  assert.deepEqual((await logs("last")).lines, (await logs(newer)).lines);
  assert.equal((await logs("--app", "worker")).lines.length, 3);
  assert.equal((await logs("--app", "worker", older)).lines.length, 1);
  assert.match((await logs("-n", "1")).lines.join(), /"msg":"ready"/);
});

test("logs: the id of a request finds what names it, in the order of time, and all of the tasks that it added", async () => {
  const [task, other] = ["01a21bcb-aaaa-7000-8000-000000000001", "01a21bcb-bbbb-7000-8000-000000000002"];
  const at = (second: number, app: string, msg: string, fields: object) => {
    const time = `2026-05-04T10:00:0${second}.000Z`;
    return JSON.stringify({ level: "info", time, app, pid: 1, ...fields, msg });
  };
  const folder = join(data, "requests");
  const files = openLogFiles(join(folder, "log"), fail);
  files.write(at(2, "worker", "an attempt begins", { task_id: task, request_id: "3f9a2c1b7d20e4a1-1" }));
  // The worker was faster than the api: its line was written first.
  files.write(
    at(1, "api", "a task was asked for", {
      task_id: task,
      call_id: "3f9a2c1b7d20e4a1",
      request_id: "3f9a2c1b7d20e4a1-1",
    }),
  );
  files.write(
    at(3, "api", "a task was asked for", { task_id: other, call_id: "given-by-a-bot", request_id: "message 7" }),
  );
  files.write(at(4, "ftp-sender", "delivered", { task_id: other, request_id: "message 7" }));
  files.write(at(5, "api", "the database refused", { call_id: "3F9A2C1B7D20E4A1" }));
  const found = async (id: string) => {
    const { stdout } = await execa(dwld, ["logs", "--data", folder, id], { reject: false });
    return stdout.split("\n").map((one) => (JSON.parse(one) as { time: string }).time.slice(18, 19));
  };
  assert.deepEqual(await found("3f9a2c1b7d20e4a1"), ["1", "2", "5"]);
  assert.deepEqual(await found("given-by-a-bot"), ["3", "4"]);
  assert.deepEqual(await found("message 7"), ["3", "4"]);
  assert.deepEqual(await found("01a21bcb-aaaa"), ["1", "2"]);
});

test("logs: of one app alone, the lines of a request are found by what other apps write while they are followed", () => {
  const filter = new LogFilter({ id: "given-by-a-bot", app: "worker" });
  const ofWorker = line("worker", "an attempt begins", { task_id: newer });
  assert.ok(!filter.isWanted(ofWorker));
  assert.ok(!filter.isWanted(line("api", "a task was asked for", { task_id: newer, call_id: "given-by-a-bot" })));
  assert.ok(filter.isWanted(ofWorker));
});

test("logs: a journal that is not this user's to read is told with what to do", async () => {
  const bin = join(data, "bin");
  await mkdir(bin);
  const journalctl = join(bin, "journalctl");
  const hint = "Hint: You are currently not seeing messages from other users and the system.";
  const script = (says: string) => `#!/bin/sh\ncase "$*" in *--quiet*) ;; *) echo '${says}' >&2 ;; esac\n`;
  const logsWith = async (says: string) => {
    await writeFile(journalctl, script(says), { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env["PATH"]}` };
    return await execa(dwld, ["logs", "--data", join(data, "absent")], { reject: false, env });
  };
  const hidden = await logsWith(hint);
  assert.equal(hidden.exitCode, 1);
  assert.match(hidden.stderr, /the journal of the units is not yours to read, .*: repeat it with sudo/);
  assert.match((await logsWith("")).stderr, /there is no log: neither files/);
});

test("logs: where no line is about it, and where there is no log, that is said", async () => {
  const none = await logs("ffffffff");
  assert.equal(none.exitCode, 1);
  assert.match(none.stderr, /^dwld logs: no line of the log is about ffffffff$/);
  const quiet = join(data, "quiet");
  openLogFiles(join(quiet, "log"), fail).write(line("api", "ready"));
  const last = await execa(dwld, ["logs", "--data", quiet, "last"], { reject: false });
  assert.deepEqual([last.exitCode, last.stdout], [1, ""]);
  assert.match(last.stderr, /^dwld logs: no line of the log is about last$/);
  const { exitCode, stderr } = await execa(dwld, ["logs", "--data", join(data, "absent")], { reject: false });
  assert.equal(exitCode, 1);
  assert.match(stderr, /^dwld logs: there is no log: neither files of dwld up in /);
  assert.equal((await logs("--app", "sender")).exitCode, 2);
  assert.equal((await logs("-n", "many")).exitCode, 2);
});

test("logs: a configuration with mistakes is told, and hides no line", async () => {
  const config = join(data, "wrong.yaml");
  await writeFile(config, "x: 1\n");
  const { exitCode, stderr, lines } = await logs("--config", config, "-n", "all");
  assert.deepEqual([exitCode, lines.length], [0, 5]);
  assert.match(stderr, /^dwld logs: \S+wrong\.yaml:1: x: there is no such key/);
});

test("logs: on a terminal a line is for a person, without the control characters of a title", async () => {
  const { stdout } = await execa("script", ["-qec", `${dwld} logs --data ${data} -n all`, "/dev/null"]);
  assert.match(stdout, /2026-05-04 \d\d:00:00 {2}worker {6}info {3}an attempt begins {2}task_id=/);
  assert.ok(!stdout.includes("\u001B[2J"), stdout);
});

test("logs: -f goes on with what is written, over a change of files too, until Ctrl-C", async (context) => {
  const following = execa(dwld, ["logs", "--data", data, "-f", "-n", "0", "--app", "up"], { reject: false });
  // A test that fails must not leave it running: the file's own process would wait for it.
  context.after(() => following.kill("SIGKILL"));
  let shown = "";
  following.stdout.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  let sent = 0;
  // Lines that are written before its first look are not shown, nor those of a file that is renamed twice between two looks.
  await eventually("it follows", () => {
    write(line("up", `line ${(sent += 1)}`));
    return shown !== "";
  });
  const begun = sent;
  for (; sent < begun + 30; write(line("up", `line ${(sent += 1)}`)))
    await eventually("the line before is shown", () => sent === begun || shown.includes(`line ${sent}"`));
  await eventually("the last line is shown", () => shown.includes(`line ${sent}"`));
  const numbers = [...shown.matchAll(/line (\d+)/g)].map(([, number]) => Number(number));
  assert.deepEqual(
    numbers.filter((number) => number > begun),
    Array.from({ length: 30 }, (_, index) => begun + 1 + index),
  );
  following.kill("SIGINT");
  assert.equal((await following).exitCode, 0);
});
