import { Command } from "commander";
import { type ConfigurationOptions, withConfig } from "../command-line/configuration-options.ts";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import type { Subject } from "./doctor/examine-machine.ts";
import { withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type Options = Pick<ConfigurationOptions, "config"> & { json?: boolean };

const documents = '{"findings": [{"subject", "level": "ok" | "warning" | "failure", "message", "remedy"}]}';

/** `dwld doctor [ftp|ytdlp]` */
export function build(run: RunOnMachine): Command {
  const command = examination(run, "doctor", undefined)
    .summary("look at everything that dwld needs, and say what to do")
    .description(
      "Looks at everything that dwld needs on this machine and around it: a line each, with what to do where something is " +
        "wrong. It changes nothing, but for a small file that it writes to the FTP server and removes again.",
    );
  withExitStatus(command, "0: dwld can work; 1: something is a failure; 2: wrong command line");
  const ftp = examination(run, "ftp", "ftp")
    .summary("look at the FTP server alone, step by step")
    .description(
      "Looks whether files can be delivered to the FTP server: logs in, says what the server can do, writes a small file " +
        "into ftp.directory, verifies, renames and removes it. A line each, with the setting to change where something " +
        "is wrong.",
    );
  withExitStatus(
    ftp,
    "0: files can be delivered; 1: they cannot; 2: wrong command line; 78: the configuration is wrong",
  );
  const ytdlp = examination(run, "ytdlp", "yt-dlp")
    .summary("look at each yt-dlp alone, and at the stages that lack something")
    .description(
      "Looks at each yt-dlp of worker.ytdlp and at the stages of the configuration; `dwld ytdlp` has the details.",
    );
  withExitStatus(ytdlp, "0: yt-dlp works; 1: it does not; 2: wrong command line; 78: the configuration is wrong");
  command.addCommand(withExamples(ftp, "dwld doctor ftp")).addCommand(withExamples(ytdlp, "dwld doctor ytdlp"));
  return withExamples(command, "dwld doctor", "dwld doctor ftp", "dwld doctor --json");
}

/** @param subject what is looked at; undefined: everything. */
function examination(run: RunOnMachine, name: string, subject: Subject | undefined): Command {
  const command = new Command(name).action(async () =>
    run(command, async ({ env, print, printJson }) => {
      // Options that the command above shares with this one are read there.
      const { json = false, ...named } = command.optsWithGlobals<Options>();
      const { examineMachine } = await import("./doctor/examine-machine.ts");
      const { findingLines, hasFailure } = await import("./doctor/finding.ts");
      const findings = await examineMachine(named, env, subject);
      if (json) printJson({ findings });
      else print(findingLines(findings));
      return hasFailure(findings) ? 1 : 0;
    }),
  );
  return withConfig(withJson(command, documents));
}
