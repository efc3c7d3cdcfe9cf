import assert from "node:assert/strict";
import { readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { invocations, property, run, units } from "./machine.ts";

/** Where programs lie. */
export const programs = "/opt/dwld-programs";

/** Fills a disk. */
export async function fill(folder: string): Promise<void> {
  await run("dd", "if=/dev/zero", `of=${folder}/filler`, "bs=1M");
}

export async function empty(folder: string): Promise<void> {
  await rm(join(folder, "filler"), { force: true });
}

/** Has a program take the place of the current one. @param trial see `killedAt`. */
export async function upgradeTo(program: string, { trial = "", watch = 1 }: { trial?: string; watch?: number } = {}) {
  const words = ["upgrade", "--to", program, "--ready", "30", "--watch", String(watch)];
  return await run("env", ...(trial === "" ? [] : [trial]), join(program, "bin/dwld"), ...words);
}

/** Has an upgrade fail. @param how whether anything was stopped. @returns what it said. */
export async function isRefused(
  program: string,
  how: { trial?: string; watch?: number; stops: boolean },
): Promise<string> {
  const [before, current] = [await invocations(), await realpath("/opt/dwld")];
  const refused = await upgradeTo(program, how);
  assert.equal(refused.exitCode, 1, refused.all);
  if (!how.stops) assert.deepEqual(await invocations(), before, refused.all);
  await isAtWork(current, refused.all);
  return refused.stderr;
}

/** The program is the current one and whole, its units are active, and nothing is left of an upgrade. */
export async function isAtWork(program: string, told: string): Promise<void> {
  assert.equal(await realpath("/opt/dwld"), program, told);
  for (const unit of units) {
    const { stdout: log } = await run("journalctl", "-u", unit, "-n", "25", "--no-pager");
    assert.equal(await property(unit, "ActiveState"), "active", `${unit}: ${told}\n${log}`);
  }
  assert.ok(!(await readFile(join(programs, "record.json"), "utf8").catch(() => "")).includes("unfinished"), told);
  const { stdout } = await run("systemctl", "list-units", "--all", "--plain", "--no-legend", "dwld-rehearsal-*");
  assert.equal(stdout.trim(), "", told);
}

export async function succeeds(program: string): Promise<string> {
  const done = await upgradeTo(program);
  assert.equal(done.exitCode, 0, done.all);
  await isAtWork(program, done.all);
  return done.stdout;
}
