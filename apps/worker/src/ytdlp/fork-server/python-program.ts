import { open } from "node:fs/promises";
import { basename, isAbsolute } from "node:path";
import { findProgram } from "../../process/program-file.ts";

/** A Python script or archive, and its interpreter. */
export type PythonProgram = {
  /** Interpreter and flags of its first line: `["/usr/bin/python3", "-s"]`. */
  interpreter: [string, ...string[]];
  file: string;
};

/** Longest first line (BINPRM_BUF_SIZE of Linux). */
const firstLineBytes = 256;

/**
 * Returns the Python program of a command: a script or archive that begins with `#!` and a python, or
 * `[python3, /path/of/it]`. Undefined for anything else, such as releases that include their own Python.
 */
export async function findPythonProgram(
  [program, ...rest]: readonly [string, ...string[]],
  path: string | undefined,
): Promise<PythonProgram | undefined> {
  const [file, ...others] = rest;
  if (isPython(program) && file !== undefined && others.length === 0)
    return (await isScript(file)) ? { interpreter: [program], file } : undefined;
  if (rest.length > 0) return undefined;
  const found = await findProgram(program, path);
  const interpreter = found === undefined ? undefined : interpreterIn(await firstLine(found));
  return found === undefined || interpreter === undefined ? undefined : { interpreter, file: found };
}

/** Excludes folders and the inside of packages: Python finds those by other rules. */
async function isScript(file: string): Promise<boolean> {
  return isAbsolute(file) && basename(file) !== "__main__.py" && (await findProgram(file, undefined)) !== undefined;
}

/** Parses `#! /usr/bin/python3 -s` or `#!/usr/bin/env python3`. Exported for its test. */
export function interpreterIn(line: string): [string, ...string[]] | undefined {
  if (!line.startsWith("#!")) return undefined;
  const words = line.slice(2).trim().split(/\s+/);
  if (basename(words[0] ?? "") === "env") words.shift();
  const [python, ...flags] = words;
  return python !== undefined && isPython(python) ? [python, ...flags] : undefined;
}

function isPython(program: string): boolean {
  return /^(?:python|pypy)[\d.]*$/.test(basename(program));
}

async function firstLine(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(firstLineBytes), 0, firstLineBytes, 0);
    return buffer.toString("latin1", 0, bytesRead).split("\n", 1)[0] ?? "";
  } finally {
    await handle.close();
  }
}
