import { spawn } from "node:child_process";
import { once } from "node:events";
import xterm from "@xterm/headless";

export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** A program on a pseudo-terminal, and what a person sees there. */
export interface Terminal extends AsyncDisposable {
  /** The lines on the screen, and those that have scrolled away above. */
  screen(): Promise<string[]>;
  /** As if on the keyboard: "\u0003" is Ctrl-C. */
  type(keys: string): void;
  /** @returns the exit status of the program. */
  ended(): Promise<number | null>;
}

/** Runs a command line of sh. The terminal is that of script(1), which passes the program's exit status on. */
export function openTerminal(command: string, { columns, rows, environment }: TerminalOptions): Terminal {
  const display = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  const script = spawn("script", ["-qec", `stty cols ${columns} rows ${rows}; exec ${command}`, "/dev/null"], {
    env: { SHELL: "/bin/sh", TERM: "xterm-256color", ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const closed = once(script, "close");
  script.stdout.setEncoding("utf8").on("data", (text: string) => display.write(text));
  script.stdin.on("error", () => undefined);
  const ended = async () => {
    await closed;
    return script.exitCode;
  };
  return {
    async screen() {
      // Earlier output is drawn when this is.
      await new Promise<void>((resolve) => display.write("", resolve));
      const { active } = display.buffer;
      const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? "");
      return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
    },
    type: (keys) => void script.stdin.write(keys),
    ended,
    async [Symbol.asyncDispose]() {
      if (script.exitCode === null) script.kill("SIGKILL");
      await closed;
      display.dispose();
    },
  };
}
