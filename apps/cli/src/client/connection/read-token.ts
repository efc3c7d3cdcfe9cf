import { createInterface } from "node:readline";
import type { ReadStream } from "node:tty";
import type { Input } from "../../command-line/program-io.ts";
import { openTerminal } from "../../command-line/terminal.ts";
import type { Output } from "../output.ts";

/** Reads a token: the first line of a file or a pipe, or what a person types, without showing it. */
export async function readToken(input: Input, output: Output, signal: AbortSignal): Promise<string> {
  if (input.isTTY === true)
    return (await openTerminal(input as ReadStream, output.questions, signal).askSecret("Token")).trim();
  const lines = createInterface({ input, signal });
  try {
    for await (const line of lines) return line.trim();
    return "";
  } finally {
    lines.close();
  }
}
