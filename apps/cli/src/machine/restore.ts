import { Command } from "commander";
import { type ConfigurationOptions, withConfigAndData } from "../command-line/configuration-options.ts";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { allOrNothing, withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type Options = ConfigurationOptions & { json?: boolean; empty?: boolean };

/** `dwld restore FILE` */
export function build(run: RunOnMachine): Command {
  const command = new Command("restore")
    .summary("put a backup, or an empty table, in the place of the task table")
    .description(
      "Puts a backup in the place of the task table, or an empty one. What is there is kept aside under a name with the " +
        "time, and never overwritten; a PostgreSQL database must be without tables. Stop all of dwld before, and start it " +
        "afterwards.",
    )
    .argument("[file]", "the backup")
    .option("--empty", "no backup: begin anew")
    .action(async (file: string | undefined, { json = false, empty = false, ...named }: Options) =>
      run(command, async ({ env, print, printJson, untilStopped }) => {
        if (empty === (file !== undefined)) command.error("name one file, or say --empty, and not both");
        const { loadConfiguration, readSecretFile } = await import("@dwld/daemon");
        const { restoreDatabase } = await import("@dwld/queue");
        const { programsOf } = await import("./programs.ts");
        const { restoreFacts, restoreText } = await import("./backup-report.ts");
        const { database } = loadConfiguration(named, env);
        const signal = untilStopped();
        const restored = await restoreDatabase(database, file, {
          ...{ signal, now: new Date(), programs: programsOf(env, signal) },
          readSecret: readSecretFile,
        });
        if (json) printJson(restoreFacts(file, restored));
        else print(restoreText(file, restored));
        return 0;
      }),
    );
  withConfigAndData(withJson(command));
  withExitStatus(command, allOrNothing);
  return withExamples(command, "dwld restore /backups/dwld-2026-12-31.sqlite", "dwld restore --empty");
}
