import { createInterface } from "node:readline/promises";
import type { ReadStream } from "node:tty";

/** The person pressed Ctrl-C, or the input ended. */
export class InterruptedError extends Error {
  readonly code = "interrupted";
  constructor() {
    super("interrupted: nothing was written");
  }
}

/** Asks the person at the terminal; questions go to stderr. */
export type Terminal = {
  /** @returns the answer without blanks around it, or `fallback` for an empty one. */
  readonly ask: (question: string, fallback: string) => Promise<string>;
  /** Asks without showing what is typed. */
  readonly askSecret: (question: string) => Promise<string>;
};

/** @param signal ends a question, as Ctrl-C does. */
export function openTerminal(input: ReadStream, output: NodeJS.WriteStream, signal: AbortSignal): Terminal {
  return {
    ask: async (question, fallback) => {
      const lines = createInterface({ input, output });
      const ended = Promise.withResolvers<never>();
      const interrupt = (): void => ended.reject(new InterruptedError());
      lines.once("SIGINT", interrupt).once("close", interrupt);
      signal.addEventListener("abort", interrupt, { once: true });
      try {
        const shown = fallback === "" ? `${question}: ` : `${question} [${fallback}]: `;
        const answer = await Promise.race([lines.question(shown), ended.promise]);
        return answer.trim() === "" ? fallback : answer.trim();
      } finally {
        lines.off("close", interrupt).close();
      }
    },
    askSecret: (question) => readHidden(question, input, output, signal),
  };
}

const ctrlC = "\u0003";
const ctrlD = "\u0004";

async function readHidden(
  question: string,
  input: ReadStream,
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let typed = "";
  const take = (chunk: Buffer): void => {
    for (const letter of chunk.toString("utf8")) {
      if (letter === "\r" || letter === "\n") return resolve(typed);
      if (letter === ctrlC || letter === ctrlD) return reject(new InterruptedError());
      typed = letter === "\u007F" || letter === "\b" ? typed.slice(0, -1) : typed + letter;
    }
  };
  signal.addEventListener("abort", () => reject(new InterruptedError()), { once: true });
  // The question comes after this, so that an answer typed at once is not shown either.
  input.setRawMode(true);
  output.write(`${question}: `);
  input.on("data", take).resume();
  try {
    return await promise;
  } finally {
    input.off("data", take).pause();
    input.setRawMode(false);
    output.write("\n");
  }
}
