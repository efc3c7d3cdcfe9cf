import { Command } from "commander";
import { type ConfigurationOptions, withConfigAndData } from "../command-line/configuration-options.ts";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type Options = ConfigurationOptions & { json?: boolean; dryRun?: boolean };

/** `dwld import-legacy FILE` */
export function build(run: RunOnMachine): Command {
  const command = new Command("import-legacy")
    .summary("take over the database of the first dwld")
    .description(
      "Takes over what the database of the first dwld knows: links that it has finished become history, the others are " +
        "queued, in their order. The file is never written to. It may be repeated: no row is taken twice, also when " +
        "its task is forgotten meanwhile. It may run beside dwld. Stop the first dwld before, or both download the same.",
    )
    .argument("<file>", "its links.db, which is only read")
    .option("--dry-run", "take nothing, and say what would be taken")
    .action(async (file: string, { json = false, dryRun = false, ...named }: Options) =>
      run(command, async ({ env, print, printJson, complain, untilStopped }) => {
        const { loadConfiguration } = await import("@dwld/daemon");
        const { importLegacy, jsonReport, textReport } = await import("@dwld/api/import-legacy");
        const configuration = loadConfiguration(named, env);
        const report = json ? jsonReport(printJson) : textReport(print);
        const signal = untilStopped();
        // The batch in work is the last.
        const complete = await importLegacy({ file, dryRun }, configuration, report, signal);
        if (signal.aborted) complain("stopped by a signal; what was taken is kept: repeat, and the rest is taken");
        return complete ? 0 : 1;
      }),
    );
  withConfigAndData(withJson(command, "a line of JSON for each row, and one for the whole"));
  withExitStatus(
    command,
    "0: every row is taken over; 1: some are not, or the file cannot be read; 2: wrong command line; 78: the " +
      "configuration is wrong",
  );
  return withExamples(
    command,
    "dwld import-legacy --dry-run links.db",
    "dwld import-legacy --json links.db > taken.jsonl",
  );
}
