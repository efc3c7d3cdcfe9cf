import { Command } from "commander";
import { type ConfigurationOptions, withConfigAndData } from "../command-line/configuration-options.ts";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { allOrNothing, withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type CopyOptions = ConfigurationOptions & { json?: boolean; from?: string; to?: string };

/** `dwld database copy|migrate` */
export function build(run: RunOnMachine): Command {
  const command = new Command("database")
    .summary("move the task table between SQLite and PostgreSQL")
    .description("Works on the task table as a whole: moves it to another database, or brings its schema up to date.")
    .addCommand(buildCopy(run))
    .addCommand(buildMigrate(run));
  return withExamples(command, "dwld database copy --from sqlite:/var/lib/dwld/dwld.sqlite", "dwld database migrate");
}

function buildCopy(run: RunOnMachine): Command {
  const command = new Command("copy")
    .summary("copy the task table into an empty database")
    .description(
      "Copies the whole task table into an empty database, which gets all of it or nothing, and reads every row back. " +
        "Stop all of dwld before. Without --from or --to, that side is the database of the configuration, with its " +
        "password and TLS. The table that is copied stays as it is.",
    )
    .option("--from <database>", "sqlite:/path, or postgres://user@host/database without a password")
    .option("--to <database>", "the same; a file that is not there, or a database without tasks")
    .action(async ({ json = false, from, to, ...named }: CopyOptions) =>
      run(command, async ({ env, stderr, print, printJson, untilStopped }) => {
        const { loadConfiguration, readSecretFile } = await import("@dwld/daemon");
        const { copyDatabase, locationName } = await import("@dwld/queue");
        const { readSides } = await import("./database/sides.ts");
        const { copyFacts, copyText, progressLine } = await import("./database/copy-report.ts");
        const sides = readSides({ from, to }, loadConfiguration(named, env).database);
        const tables = await copyDatabase(sides.from, sides.to, {
          signal: untilStopped(),
          readSecret: readSecretFile,
          onProgress: (progress) => {
            if (stderr.isTTY) stderr.write(progressLine(progress));
          },
        });
        const names = { from: locationName(sides.from), to: locationName(sides.to) };
        if (json) printJson(copyFacts(names, tables));
        else print(copyText(names, tables));
        return 0;
      }),
    );
  withConfigAndData(withJson(command));
  withExitStatus(command, allOrNothing);
  return withExamples(
    command,
    "dwld database copy --from sqlite:/var/lib/dwld/dwld.sqlite",
    "dwld database copy --to sqlite:/var/lib/dwld/dwld.sqlite",
  );
}

function buildMigrate(run: RunOnMachine): Command {
  const command = new Command("migrate")
    .summary("bring the schema up to date, and grant what dwld needs")
    .description(
      "Makes the tables, or brings them up to date, as a start of dwld does; in PostgreSQL as database.owner, which then " +
        "grants the user of database.url what it needs. It may be repeated.",
    )
    .action(async ({ json = false, ...named }: ConfigurationOptions & { json?: boolean }) =>
      run(command, async ({ env, print, printJson }) => {
        const { loadConfiguration, readSecretFile } = await import("@dwld/daemon");
        const { locationName, migrateDatabase } = await import("@dwld/queue");
        const { database } = loadConfiguration(named, env);
        const applied = await migrateDatabase(database, { readSecret: readSecretFile });
        const name = locationName(database);
        if (json) printJson({ database: name, applied });
        else print(`${name} is up to date${applied.length === 0 ? "" : `; applied: ${applied.join(", ")}`}\n`);
        return 0;
      }),
    );
  withConfigAndData(withJson(command));
  withExitStatus(command, allOrNothing);
  return withExamples(command, "sudo dwld database migrate");
}
