import { Command } from "commander";
import { type ConfigurationOptions, withConfigAndData } from "../command-line/configuration-options.ts";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { allOrNothing, withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type Options = ConfigurationOptions & { json?: boolean };

/** `dwld backup FILE` */
export function build(run: RunOnMachine): Command {
  const command = new Command("backup")
    .summary("copy the task table while everything runs")
    .description(
      "Copies the task table into a file while everything runs: as it was at one moment, in one file, looked at and " +
        "found intact. It holds the tasks and what became of them, and no videos.",
    )
    .argument("<file>", "where to; nothing is overwritten")
    .action(async (file: string, { json = false, ...named }: Options) =>
      run(command, async ({ env, stderr, print, printJson, untilStopped }) => {
        const { loadConfiguration, readSecretFile } = await import("@dwld/daemon");
        const { backUpDatabase, locationName } = await import("@dwld/queue");
        const { programsOf } = await import("./programs.ts");
        const { backupFacts, backupText } = await import("./backup-report.ts");
        const { database } = loadConfiguration(named, env);
        const onProgress = (done: number) => {
          if (stderr.isTTY) stderr.write(`\r${Math.floor(done * 100)} %\r`);
        };
        const signal = untilStopped();
        const backup = await backUpDatabase(database, file, {
          ...{ signal, onProgress, programs: programsOf(env, signal) },
          readSecret: readSecretFile,
        });
        if (json) printJson(backupFacts(locationName(database), backup));
        else print(backupText(locationName(database), backup));
        return 0;
      }),
    );
  withConfigAndData(withJson(command));
  withExitStatus(command, allOrNothing);
  return withExamples(command, "dwld backup /backups/dwld-$(date +%F).sqlite", "dwld backup --json FILE");
}
