import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { killAll, startProgram } from "./foreground-program.ts";
import { livingProcesses } from "./living-processes.ts";

/** Runs the demonstration with a temporary folder of its own. */
async function startDemo(t: TestContext, environment: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-demo-"));
  t.after(() => rm(folder, { recursive: true }));
  const demo = startProgram([process.execPath, join(import.meta.dirname, "demo.ts")], {
    environment: { TMPDIR: folder, NODE_TEST_CONTEXT: undefined, ...environment },
  });
  t.after(() => {
    killAll(demo.marker);
  });
  const showsUp = (text: string) =>
    eventually(`the demonstration says "${text}"`, () => demo.output().includes(text), {
      deadlineMs: 60_000,
      describe: () => demo.output(),
    });
  const leavesNothing = async () => {
    assert.deepEqual(livingProcesses(demo.marker), []);
    assert.deepEqual(await readdir(folder), []);
  };
  return { demo, showsUp, leavesNothing };
}

test("demo: interrupted while it starts, the demonstration leaves no process and no file", async (t) => {
  const { demo, showsUp, leavesNothing } = await startDemo(t);
  await showsUp("Starting an FTP server");
  demo.kill("SIGINT");
  assert.equal((await demo.waitForEnd(30_000)).exitStatus, 130, demo.output());
  await leavesNothing();
});

test("demo: interrupted while it downloads, the demonstration leaves no process and no file", async (t) => {
  const { demo, showsUp, leavesNothing } = await startDemo(t);
  await showsUp(" downloading ");
  await eventually("yt-dlp runs", () => livingProcesses(demo.marker).some(({ command }) => command.includes("yt-dlp")));
  demo.kill("SIGTERM");
  assert.equal((await demo.waitForEnd(30_000)).exitStatus, 143, demo.output());
  await leavesNothing();
});

test("demo: a demonstration that cannot start something says what, fails, and leaves nothing", async (t) => {
  const programs = await mkdtemp(join(tmpdir(), "dwld-demo-programs-"));
  t.after(() => rm(programs, { recursive: true }));
  await writeFile(join(programs, "vsftpd"), "#!/bin/sh\necho no FTP today\nexit 1\n");
  await chmod(join(programs, "vsftpd"), 0o755);
  const { demo, leavesNothing } = await startDemo(t, { PATH: `${programs}:${process.env["PATH"] ?? ""}` });
  assert.equal((await demo.waitForEnd(60_000)).exitStatus, 1);
  assert.match(demo.output(), /vsftpd ended .*\nno FTP today/);
  await leavesNothing();
});
