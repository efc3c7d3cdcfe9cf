import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { idleProgram } from "../../testing/idle-program.ts";
import { type Candidates, candidates } from "./candidates.ts";

const program = await idleProgram();

/** "…|" marks where the cursor is. */
function at(line: string): Candidates {
  return candidates(program, line.split(" "));
}

function wordsAt(line: string): string[] {
  const found = at(line);
  assert.ok(found.kind === "words", `${line}: ${found.kind}`);
  return found.words.map(({ word }) => word);
}

describe("completion", () => {
  const exact: [line: string, words: string[]][] = [
    ["canc", ["cancel"]],
    ["--ser", ["--server"]],
    ["help res", ["restore"]],
    ["add --play", ["--playlist"]],
    ["add --live ", ["refuse", "record", "from-start"]],
    ["add --live=r", ["--live=refuse", "--live=record"]],
    ["add --server ", []],
    ["list --sort si", ["size", "site"]],
    ["list --state d", ["downloading", "done"]],
    ["list --state=queued,ca", ["--state=queued,canceled"]],
    ["add --wait https://site.example/1 --thumbnail f", ["file"]],
    ["add -- --pl", []],
    ["site re", ["resume"]],
    ["config c", ["check"]],
    ["config init --ftp-tls i", ["implicit"]],
    ["config init --no", ["--no-ftp"]],
    ["doctor f", ["ftp"]],
    ["logs --app w", ["worker"]],
    ["worker --inst", ["--instance"]],
    ["completion ", ["bash", "zsh", "fish"]],
    ["no-such-command ", []],
    // An app that is handed the command knows no --server.
    ["doctor --se", []],
  ];
  for (const [line, words] of exact) {
    test(`completion: "dwld ${line}" becomes ${words.join(" or ") || "nothing"}`, () => {
      assert.deepEqual(wordsAt(line), words);
    });
  }

  const known: [line: string, found: Candidates][] = [
    ["up --data ", { kind: "folders" }],
    ["config check ", { kind: "files" }],
    ["explain one.txt ", { kind: "files" }],
    ["add --live=x --json cancel", { kind: "words", words: [] }],
    ["cancel --keep 0", { kind: "tasks", command: "cancel" }],
    ["retry 1 2 ", { kind: "tasks", command: "retry" }],
    ["site resume ", { kind: "sites" }],
    ["explain --site y", { kind: "sites" }],
    ["list --site y", { kind: "sites" }],
  ];
  for (const [line, found] of known) {
    test(`completion: "dwld ${line}" asks for ${found.kind}`, () => {
      assert.deepEqual(at(line), found);
    });
  }

  test("completion: every command that help shows is offered, with its meaning, and no hidden one", () => {
    const found = at("");
    assert.ok(found.kind === "words");
    const shown = program.createHelp().visibleCommands(program);
    assert.deepEqual(
      found.words,
      shown.map((command) => ({ word: command.name(), meaning: command.summary() || command.description() })),
    );
    assert.ok(!found.words.some(({ word }) => word === "complete"));
  });
});
