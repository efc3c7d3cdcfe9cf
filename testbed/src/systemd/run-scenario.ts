import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { execa } from "execa";

const sandbox = join(import.meta.dirname, "sandbox");

/** Exit status of the sandbox if the machine permits no namespaces or mounts, or this is not root. */
const refused = 125;

/** Runs a program of this folder in the sandbox; each guarantee is a test, which passes if the program has printed `ok` and its words. */
export async function runScenario(t: TestContext, program: string, guarantees: readonly string[]): Promise<void> {
  const node = "/srv/dwld/.tools/bin/node";
  const result = await execa(sandbox, [node, `testbed/src/systemd/${program}`], {
    reject: false,
    all: true,
    // The sandbox has a folder for temporary files of its own.
    env: { TMPDIR: undefined },
  });
  if (result.exitCode === refused) {
    const why = `THE UNITS WERE NOT TESTED ON THIS MACHINE: ${result.stderr}`;
    console.error(why);
    t.skip(why);
    return;
  }
  const held = result.stdout
    .split("\n")
    .filter((line) => line.startsWith("ok "))
    .map((line) => line.slice(3));
  for (const guarantee of guarantees)
    await t.test(guarantee, () => assert.ok(held.includes(guarantee), `not seen to hold:\n${result.all}`));
  assert.equal(result.exitCode, 0, result.all);
}
