import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findPythonProgram, interpreterIn } from "./python-program.ts";

test("python program: a first line names its interpreter, with its flags", () => {
  for (const [line, interpreter] of [
    ["#! /usr/bin/python3", ["/usr/bin/python3"]],
    ["#!/usr/bin/env python3", ["python3"]],
    ["#!/home/ann/.local/pipx/venvs/yt-dlp/bin/python -sP", ["/home/ann/.local/pipx/venvs/yt-dlp/bin/python", "-sP"]],
    ["#!/usr/bin/pypy3.11", ["/usr/bin/pypy3.11"]],
    ["#!/bin/sh", undefined],
    ["#!/usr/bin/env", undefined],
    ["\u007fELF", undefined],
    ["", undefined],
    ["# python3", undefined],
    ["#!/usr/bin/python3-config", undefined],
  ] as const)
    assert.deepEqual(interpreterIn(line), interpreter, line);
});

test("python program: a command is one by its first line, or as python with one file", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-python-"));
  t.after(() => rm(folder, { recursive: true }));
  const [script, shell] = [join(folder, "script"), join(folder, "shell")];
  await writeFile(script, "#!/usr/bin/env python3\nprint(1)\n");
  await writeFile(join(folder, "__main__.py"), "");
  await writeFile(shell, "#!/bin/sh\n");
  const ofScript = { interpreter: ["python3"], file: script };
  assert.deepEqual(await findPythonProgram([script], ""), ofScript);
  assert.deepEqual(await findPythonProgram(["script"], `/nowhere:${folder}`), ofScript);
  assert.deepEqual(await findPythonProgram(["/usr/bin/python3", shell], ""), {
    interpreter: ["/usr/bin/python3"],
    file: shell,
  });
  for (const command of [
    [shell],
    ["absent"],
    [script, "--proxy=x"],
    ["python3"],
    ["python3", "-m", "yt_dlp"],
    ["python3", folder],
    ["python3", join(folder, "__main__.py")],
    ["nice", "python3", script],
  ] as [string, ...string[]][])
    assert.equal(await findPythonProgram(command, folder), undefined, command.join(" "));
});
