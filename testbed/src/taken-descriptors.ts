import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** Takes every descriptor that this process may open, for a moment. Returns a function that gives them back. */
export function takeDescriptors(): () => void {
  const own = ["--pid", String(process.pid)];
  const before = execFileSync("prlimit", [...own, "--nofile", "--raw", "--noheadings", "-o", "SOFT"]);
  const limitTo = (soft: string) => execFileSync("prlimit", [...own, `--nofile=${soft}:`]);
  // So that few have to be opened.
  limitTo("256");
  const taken: number[] = [];
  assert.throws(() => {
    for (;;) taken.push(openSync("/dev/null", "r"));
  }, /EMFILE/);
  return () => {
    for (const descriptor of taken) closeSync(descriptor);
    limitTo(before.toString("utf8").trim());
  };
}
