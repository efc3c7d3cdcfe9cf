import { createInterface } from "node:readline";
import type { Input } from "../../command-line/program-io.ts";

/** True where links are read from standard input: for "-", or where none is given and no person types there. */
export function readsInput(args: string[], input: Input): boolean {
  return args.length === 0 ? input.isTTY !== true : args.includes("-");
}

/**
 * The links to add, as they come: the arguments, and for "-" (or where there is no argument) the lines of the input;
 * there blank lines and those that begin with "#" are skipped.
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
