import { Command } from "commander";
import { type ConfigurationOptions, withConfig } from "../command-line/configuration-options.ts";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type Options = Pick<ConfigurationOptions, "config"> & { json?: boolean };

/** `dwld ytdlp` */
export function build(run: RunOnMachine): Command {
  const command = new Command("ytdlp")
    .summary("show the yt-dlp that is used, its age and what it can do")
    .description(
      "Shows each yt-dlp of worker.ytdlp: its version and age, what it can do, what it lacks, and what to do about that; " +
        "and the stages that are left out until they have what they need.",
    )
    .action(async ({ json = false, ...named }: Options) =>
      run(command, async ({ env, print, printJson }) => {
        const { loadConfiguration } = await import("@dwld/daemon");
        const { printReport, ytdlpReport } = await import("@dwld/worker/ytdlp-report");
        const report = await ytdlpReport(loadConfiguration(named, env), env);
        if (json) printJson(report);
        else print(printReport(report));
        return report.commands[0]?.works === true ? 0 : 1;
      }),
    );
  withConfig(withJson(command));
  withExitStatus(
    command,
    "0: the first of them works; 1: it does not; 2: wrong command line; 78: the configuration is wrong",
  );
  return withExamples(command, "dwld ytdlp", "dwld ytdlp --json --config dwld.yaml");
}
