import { Command, InvalidArgumentError } from "commander";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type Options = { site?: string; exitCode: number; signal?: string; json?: boolean };

/** `dwld explain [FILE...]` */
export function build(run: RunOnMachine): Command {
  const command = new Command("explain")
    .summary("tell what a failure of yt-dlp means")
    .description(
      "Reads what yt-dlp printed and says why it failed, what dwld would do next, and what the person who asked is told. " +
        "Needs no server and no configuration.",
    )
    .argument("[file...]", 'what yt-dlp printed; without one, or for "-", standard input')
    .option("--site <site>", "the site, as the configuration calls it")
    .option("--exit-code <n>", "yt-dlp's exit status", exitCodeArgument, 1)
    .option("--signal <name>", "the signal that ended yt-dlp, such as SIGKILL", signalArgument)
    .action(async (files: string[], { json = false, ...options }: Options) =>
      run(command, async (call) => {
        const { explain } = await import("@dwld/worker/explain");
        return explain({ files, json, site: options.site, exitCode: options.exitCode, signal: options.signal }, call);
      }),
    );
  withJson(command, "one JSON object instead of text");
  withExitStatus(command, "0: explained; 1: a file cannot be read; 2: wrong command line");
  return withExamples(
    command,
    "yt-dlp LINK 2>&1 | dwld explain --site youtube",
    "dwld explain --json output.txt",
    "dwld explain --signal SIGKILL < stderr.txt",
  );
}

function exitCodeArgument(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 255) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 0 to 255.");
}

function signalArgument(text: string): string {
  const name = text.toUpperCase();
  if (!/^(?:SIG)?[A-Z][A-Z\d]{1,9}$/.test(name)) throw new InvalidArgumentError("It must be a name such as SIGKILL.");
  return `SIG${name.replace(/^SIG/, "")}`;
}
