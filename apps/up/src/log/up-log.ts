import { type Configuration, jsonOutput, redactSecrets, resolveFormat } from "@dwld/daemon/process";
import { createScreen } from "../screen/screen.ts";
import { readLogLine } from "../screen/describe-event.ts";
import { logFolder, openLogFiles } from "./log-files.ts";

/** The log of `dwld up` and of all processes that it runs. */
export type UpLog = {
  write(line: string): void;
  /** Prints the first lines for a person at a terminal; nothing if a program reads the output. */
  greet(lines: readonly string[]): void;
};

/** Writes lines to the files below `<data>/log`, and to stdout as `log.format` says. */
export function openUpLog({ data, log }: Configuration, env: NodeJS.ProcessEnv): UpLog {
  const isText = resolveFormat(log.format, process.stdout.isTTY) === "text";
  const json = jsonOutput(env["JOURNAL_STREAM"]);
  const screen = createScreen((text) => process.stdout.write(text));
  const show = isText ? screen.show : (line: string) => json.write(`${line}\n`);
  const files = openLogFiles(logFolder(data), (error) => {
    const msg = `the log cannot be kept in ${logFolder(data)}: ${error.message}`;
    show(JSON.stringify({ level: "warn", time: new Date().toISOString(), app: "up", msg }));
  });
  return {
    write: (written) => {
      const line = written.replace(/\n$/, "");
      // The loggers of the apps have removed secrets; text that Node itself writes has passed no logger.
      const safe = readLogLine(line) === undefined ? redactSecrets(line) : line;
      files.write(safe);
      show(safe);
    },
    greet: (lines) => {
      if (isText) screen.greet(lines);
    },
  };
}
