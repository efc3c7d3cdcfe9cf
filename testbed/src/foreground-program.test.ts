import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { ProgramError, killAll, startProgram, untilNoneLives, untilReady } from "./foreground-program.ts";
import { descendants, livingProcesses } from "./living-processes.ts";

/** A shell with a child and a grandchild; the grandchild ignores SIGTERM and has a session of its own. */
const family = 'sleep 600 & sh -c "setsid sh -c \'trap \\"\\" TERM; echo up; sleep 601; :\' & wait" & wait';

async function startFamily(t: { after: (release: () => void) => void }) {
  const program = startProgram(["sh", "-c", family]);
  t.after(() => {
    killAll(program.marker);
  });
  await untilReady("the family", program, () => program.output().includes("up"));
  return program;
}

test("foreground program: every descendant of a program is found by its marker, also when it was adopted", async (t) => {
  const program = await startFamily(t);
  const before = await eventually("all are there", async () => {
    const all = livingProcesses(program.marker);
    return all.length === 5 && all;
  });
  assert.deepEqual(
    new Set(descendants(program.pid).map(({ pid }) => pid)),
    new Set(before.map(({ pid }) => pid).filter((pid) => pid !== program.pid)),
  );
  program.kill("SIGKILL");
  assert.equal((await program.waitForEnd(5_000)).signal, "SIGKILL");
  assert.equal(livingProcesses(program.marker).length, 4);
});

test("foreground program: descendants that outlive it are named and killed", async (t) => {
  const program = await startFamily(t);
  program.kill("SIGTERM");
  await assert.rejects(untilNoneLives(program.marker, 100), (error) => {
    assert.ok(error instanceof ProgramError);
    return error.message.includes("sleep 601");
  });
  await untilNoneLives(program.marker);
});

test("foreground program: a program that ends before it is ready is an error with what it wrote", async () => {
  const program = startProgram(["sh", "-c", "echo no such luck >&2; exit 3"]);
  await assert.rejects(
    untilReady("luck", program, () => false),
    /luck ended .*exit status 3.*\nno such luck/,
  );
});

test("foreground program: a program that is not ready in time is killed, and the error has what it wrote", async () => {
  const program = startProgram(["sh", "-c", "echo patience; sleep 600"]);
  await assert.rejects(
    untilReady("luck", program, () => false, 100),
    /luck is ready\npatience/,
  );
  await untilNoneLives(program.marker);
});

test("foreground program: a program that is not installed is an error with its name", async () => {
  const program = startProgram(["dwld-no-such-program"]);
  await assert.rejects(
    untilReady("it", program, () => false),
    /dwld-no-such-program/,
  );
});
