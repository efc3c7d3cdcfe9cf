import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { constants } from "node:fs";
import { test } from "node:test";
import { createLogger, type Logger } from "./create-logger.ts";

function recorded(level: string, write: (logger: Logger) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger({ level, app: "worker" }, { write: (line) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("logger: a line is JSON with the level, the time, the app and the process", () => {
  const [line] = recorded("info", (logger) => logger.info({ taskId: "t1" }, "claimed"));
  assert.deepEqual(
    { ...line, time: "" },
    { level: "info", time: "", app: "worker", pid: process.pid, taskId: "t1", msg: "claimed" },
  );
  assert.match(String(line?.["time"]), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test("logger: lines below the level are not written", () => {
  const lines = recorded("warn", (logger) => {
    logger.info("no");
    logger.warn("yes");
  });
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ["yes"],
  );
});

test("logger: no secret leaves by the message, a field, a child's binding, an error or its stack", () => {
  const lines = recorded("trace", (logger) => {
    logger.info("login to %s failed", "ftp://dwld:geheim@nas");
    logger.info(
      { ftp: { password: "geheim", headers: [{ Cookie: "a=geheim" }] }, argv: ["--password", "geheim"] },
      "x",
    );
    logger.child({ token: "geheim", link: "https://a/?sig=geheim" }).info("x");
    logger.error({ err: new Error("GET https://u:geheim@a/ failed", { cause: new Error("Cookie: geheim") }) }, "x");
    logger.error(new Error("https://a/?token=geheim"));
    logger.error({ error: Object.assign(new Error("x"), { authorization: "geheim" }) });
  });
  assert.equal(lines.length, 6);
  assert.ok(!JSON.stringify(lines).includes("geheim"), JSON.stringify(lines, null, 1));
});

test("logger: an error keeps its stack", () => {
  const [line] = recorded("info", (logger) => logger.error({ err: new RangeError("too far") }, "x"));
  const { type, message, stack } = (line?.["err"] ?? {}) as Record<string, string>;
  assert.deepEqual([type, message], ["RangeError", "too far"]);
  assert.match(stack ?? "", /create-logger\.test\.ts/);
});

const script = `import { createLogger, openOutput } from ${JSON.stringify(new URL("create-logger.ts", import.meta.url).href)};
  createLogger({ level: "info", app: "api" }, await openOutput("auto", undefined)).info({ link: "https://u:geheim@a" }, "hello"); process.exit(0)`;

test("logger: the last line before an exit reaches a pipe", () => {
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  assert.equal((JSON.parse(stdout) as { msg: string }).msg, "hello");
});

test("logger: a line waits for the reader of a full pipe, and sleeps no longer", () => {
  const program = `${script.replace("process.exit(0)", "")}
    const { readFileSync } = await import("node:fs");
    console.error(readFileSync("/proc/self/fdinfo/1", "latin1"));`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  const flags = Number.parseInt(/^flags:\s*(\d+)$/m.exec(stderr)?.[1] ?? "", 8);
  assert.equal(flags & constants.O_NONBLOCK, 0, stderr);
});

test("logger: on a terminal a line is for people, and has no secret either", () => {
  // script(1) gives its command a terminal.
  const command = `'${process.execPath}' --input-type=module -e '${script}'`;
  const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], { encoding: "utf8" });
  assert.match(stdout, /INFO.*hello/);
  assert.match(stdout, /link.*https:\/\/\[redacted\]@a/);
  assert.throws(() => JSON.parse(stdout));
});

test("logger: a line for the journal begins with its priority, unless stdout was redirected", () => {
  const program = `
    const { fstatSync } = await import("node:fs");
    const { createLogger, jsonOutput } = await import(${JSON.stringify(new URL("create-logger.ts", import.meta.url).href)});
    const { dev, ino } = fstatSync(1);
    for (const stream of [dev + ":" + ino, "1:1", undefined])
      for (const level of ["debug", "info", "warn", "error", "fatal"])
        createLogger({ level: "trace", app: "api" }, jsonOutput(stream))[level](level);
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  assert.equal(stderr, "");
  const begins = stdout
    .trim()
    .split("\n")
    .map((line) => line.slice(0, line.indexOf("{")));
  assert.deepEqual(begins, ["<7>", "<6>", "<4>", "<3>", "<2>", ...Array<string>(10).fill("")]);
});
