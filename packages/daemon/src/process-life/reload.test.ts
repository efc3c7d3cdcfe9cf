import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { fixtureRunner } from "./testing/fixture-runner.ts";

const { run, close } = fixtureRunner();
after(close);

/** Starts the fixture that tells what it takes over, with this configuration. */
async function start(yaml = "") {
  const app = run("reloads", yaml);
  await app.says("starts");
  return {
    ...app,
    /** Replaces the file as a whole: one that is half written is another one. */
    write: (text: string) => {
      writeFileSync(`${app.config}.new`, text);
      renameSync(`${app.config}.new`, app.config);
    },
    /** Has the start end. */
    goOn: async () => {
      app.poke();
      await app.says('"ready"');
    },
    stop: async () => {
      app.kill("SIGTERM");
      return await app.ended;
    },
  };
}

test("reload: SIGHUP has a process take over what it can, and name by its path what needs a restart", async () => {
  const app = await start("worker: { parallel: 3 }");
  await app.goOn();
  app.write('worker: { parallel: 4, wall: off }\nlog: { level: debug }\nhealth: { api: "127.0.0.1:1" }');
  app.kill("SIGHUP");
  await app.says('"reported"');
  const { status, lines } = await app.stop();
  assert.equal(status, 0);
  const took = lines.find(({ msg }) => msg === "took it over");
  assert.deepEqual([took?.["taken"], took?.["current"]], [4, 4]);
  const told = lines.find(({ msg }) => msg.startsWith("the configuration was reloaded"));
  assert.deepEqual(
    [told?.["taken"], told?.["needs_restart"]],
    [["worker.parallel", "log.level"], ["worker.wall"]],
    "the health of the api is none of the worker's",
  );
  assert.equal(told?.level, "warn");
  assert.ok(
    lines.some(({ level }) => level === "debug"),
    "and the level of the log is the new one",
  );
  assert.equal(lines.find(({ msg }) => msg === "reported")?.["trouble"], "only a restart takes over: worker.wall");
});

test("reload: a wrong file changes nothing, and each of its mistakes is logged; a right one ends the trouble", async () => {
  const app = await start("worker: { parallel: 3 }");
  await app.goOn();
  app.write("worker: { parallel: 4, paralel: 5 }\nlog: { level: loud }");
  app.kill("SIGHUP");
  await app.says('"reported"');
  app.write("worker: { parallel: 5 }");
  app.kill("SIGHUP");
  await app.says('"trouble":""');
  const { lines } = await app.stop();
  const mistakes = lines.filter(({ level }) => level === "error").map(({ msg }) => msg);
  assert.equal(mistakes.length, 2, mistakes.join("\n"));
  assert.match(
    mistakes[0] ?? "",
    /^the configuration was not reloaded: \S+\.yaml:1: worker\.paralel: there is no such key/,
  );
  assert.match(mistakes[1] ?? "", /^the configuration was not reloaded: \S+\.yaml:2: log\.level: "loud" is not known/);
  assert.deepEqual(
    lines.filter(({ msg }) => msg === "took it over").map(({ taken }) => taken),
    [5],
  );
  const trouble = lines.find(({ msg }) => msg === "reported")?.["trouble"];
  assert.match(String(trouble), /is wrong since .* UTC, and this process runs with that of .* UTC: .* \(and 1 more/);
});

test("reload: what a part refuses is a mistake like any other, and no part has taken it over", async () => {
  const app = await start("worker: { parallel: 3 }");
  await app.goOn();
  app.write("worker: { parallel: 13 }");
  app.kill("SIGHUP");
  await app.says("luck: has run out; take another number");
  const { messages, lines } = await app.stop();
  assert.ok(!messages.includes("took it over"));
  assert.equal(lines.filter(({ level }) => level === "error").length, 1);
});

test("reload: of many signals none is lost, whenever they come, and many that come together are fewer reloads", async () => {
  const app = await start("worker: { parallel: 1 }");
  // Before the end of the start.
  for (let sent = 0; sent < 100; sent += 1) app.kill("SIGHUP");
  app.write("worker: { parallel: 2 }");
  app.kill("SIGHUP");
  await app.goOn();
  await app.says('"taken":2');
  for (let parallel = 3; parallel <= 40; parallel += 1) {
    app.write(`worker: { parallel: ${parallel} }`);
    app.kill("SIGHUP");
  }
  await app.says('"taken":40');
  // While it stops.
  app.kill("SIGTERM");
  for (let sent = 0; sent < 20; sent += 1) app.kill("SIGHUP");
  const { status, signal, messages, lines } = await app.ended;
  assert.deepEqual([status, signal], [0, null]);
  assert.equal(messages.at(-1), "stopped");
  const taken = lines.filter(({ msg }) => msg === "took it over").map((line) => Number(line["taken"]));
  assert.deepEqual(
    taken,
    taken.toSorted((a, b) => a - b),
    "each in its turn",
  );
  assert.ok(taken.length < 100, `${taken.length} reloads`);
});

test("reload: a configuration that can be read once, as a pipe, is named as the mistake, and nothing waits for it", async () => {
  const app = await start();
  await app.goOn();
  rmSync(app.config);
  execFileSync("mkfifo", [app.config]);
  app.kill("SIGHUP");
  await app.says("is no file that can be read twice");
  assert.equal((await app.stop()).status, 0);
});

/**
 * Runs a program on a terminal of its own, closes that when the program has said a word, and prints how the program ended:
 * SIGKILL if it went on.
 */
const closesTerminal = `
import os, pty, signal, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
said = b""
while sys.argv[1].encode() not in said:
    said += os.read(terminal, 4096)
os.close(terminal)
signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
signal.alarm(10)
_, status = os.waitpid(pid, 0)
print(signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
`;

/**
 * Runs a program on a terminal whose shell has let go of it, closes that when the program has said something, waits until it has said
 * more, terminates it, and prints how it ended.
 */
const losesTerminal = `
import os, pty, signal, subprocess, sys, time
count, program = sys.argv[1], sys.argv[2:]
ended, told = os.pipe()
shell, terminal = pty.fork()
if shell == 0:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.write(told, b"%d" % subprocess.Popen(program).wait())
    os._exit(0)
os.close(told)
def read():
    return open(count).read().split() if os.path.exists(count) else []
def until(more):
    deadline = time.monotonic() + 20
    while len(read()) < 2 or int(read()[1]) < more:
        if time.monotonic() > deadline:
            sys.exit("it says nothing more")
        time.sleep(0.01)
until(1)
os.close(terminal)
try:
    until(int(read()[1]) + 10)
    os.kill(int(read()[0]), signal.SIGTERM)
    print(os.read(ended, 10).decode())
finally:
    if not os.path.exists("/proc/%s" % read()[0]):
        sys.exit()
    os.kill(int(read()[0]), signal.SIGKILL)
`;

test("process: without the terminal on which it was started, it goes on, and stops in order", () => {
  const program = fileURLToPath(new URL("fixtures/outlives-terminal.ts", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "dwld-terminal-"));
  const count = join(folder, "count");
  const env = { ...process.env, DWLD_CONFIG: "", FIXTURE_COUNT: count };
  const words = ["-c", losesTerminal, count, process.execPath, program];
  try {
    assert.equal(execFileSync("python3", words, { env, encoding: "utf8" }).trim(), "0");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("reload: a process whose terminal is closed ends, as any program does", () => {
  const program = fileURLToPath(new URL("fixtures/reloads.ts", import.meta.url));
  const env = { ...process.env, DWLD_CONFIG: "" };
  const words = ["-c", closesTerminal, "starts", process.execPath, program];
  assert.equal(execFileSync("python3", words, { env, encoding: "utf8" }).trim(), "SIGHUP");
});
