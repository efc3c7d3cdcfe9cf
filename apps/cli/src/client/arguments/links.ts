import { createInterface } from "node:readline";
import type { Input } from "../../command-line/program-io.ts";

/** Whether links are read from standard input: for "-", or if none is given and the input is no terminal. */
export function readsInput(args: string[], input: Input): boolean {
  return args.length === 0 ? input.isTTY !== true : args.includes("-");
}

/**
 * Yields the links to add: the arguments and, for "-" or without an argument, the lines of the input. Blank lines and lines
 * that begin with "#" are skipped.
 */
export async function* readLinks(args: string[], input: Input, signal: AbortSignal): AsyncGenerator<string> {
  for (const argument of args.length === 0 ? ["-"] : args) {
    if (argument !== "-") {
      yield argument;
      continue;
    }
    for await (const line of createInterface({ input, signal, crlfDelay: Infinity })) {
      const link = line.trim();
      if (link !== "" && !link.startsWith("#")) yield link;
    }
  }
}
