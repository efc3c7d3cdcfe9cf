import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import type { Command } from "commander";
import { machineCommands } from "./machine-commands.ts";
import { processCommands } from "./process-commands.ts";

const DWLD = join(import.meta.dirname, "../../../../bin/dwld");
const run = promisify(execFile);

/** The options of a command and of those below it that its app reads itself, without those that read on their own. */
function longOptions(command: Command, apart: readonly string[]): string[] {
  const own = command.options.map(({ long }) => long ?? "");
  const below = command.commands.filter((each) => !apart.includes(each.name()));
  return [...new Set([...own, ...below.flatMap((each) => longOptions(each, []))])].toSorted();
}

/** Those that bin/dwld hands to a program of their own. */
const APART: Record<string, string[]> = { config: ["init"], doctor: ["ftp"] };

describe("handed on", { concurrency: 2, timeout: 120_000 }, () => {
  const commands = [...machineCommands(), ...processCommands()].flatMap((command) => {
    const apart = APART[command.name()] ?? [];
    const below = command.commands.filter((each) => apart.includes(each.name()));
    return [
      { words: [command.name()], options: longOptions(command, apart) },
      ...below.map((each) => ({ words: [command.name(), each.name()], options: longOptions(each, []) })),
    ];
  });
  for (const { words, options } of commands) {
    test(`handed on: dwld ${words.join(" ")} takes the options that help, completion and manual page name`, async () => {
      const { stdout } = await run(DWLD, [...words, "--help"]);
      // One command's usage may point to another of its own.
      const usage = stdout.split("\n").filter((line) => !line.includes("config init") || words.includes("init"));
      const named = [...usage.join("\n").matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([name]) => name);
      assert.deepEqual([...new Set(named)].filter((name) => name !== "--help").toSorted(), options, stdout);
    });
  }
});
