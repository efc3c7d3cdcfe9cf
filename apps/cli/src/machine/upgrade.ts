import { Command } from "commander";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { readSeconds } from "./upgrade/seconds.ts";
import { withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type Options = { to?: string; back?: boolean; ownBackup?: boolean; ready: number; watch: number; json?: boolean };

/** `dwld upgrade` */
export function build(run: RunOnMachine): Command {
  const command = new Command("upgrade")
    .summary("which version is installed, and the way back to the one before")
    .description(
      "Shows which program is installed here, which one it can go back to, and whether an upgrade was interrupted. " +
        "--back goes back to the version before: its program and its units, each unit awaited until it is ready, and the " +
        "newer one again if it does not come. `make upgrade` and the Debian package call --to.",
    )
    .option("--back", "go back to the version before, if it can read the task table")
    .option("--to <folder>", "make the program in this folder the one that runs here, or return to the one before it")
    .option("--own-backup", "you have a backup of the task table: make none")
    .option("--ready <seconds>", "how long the units may take to be ready", readSeconds, 60)
    .option("--watch <seconds>", "how long what is ready is watched, before it counts as done", readSeconds, 15)
    .action(async (options: Options) =>
      run(command, async ({ env, print, printJson, untilStopped }) => {
        const { isNone, upgradeFacts, upgradeText } = await import("./upgrade/upgrade-report.ts");
        if (options.back === true && options.to !== undefined) command.error("name one of --back and --to");
        if (options.back !== true && options.to === undefined) {
          const facts = upgradeFacts();
          if (options.json === true) printJson(facts);
          else print(upgradeText(facts));
          return isNone(facts) ? 1 : 0;
        }
        const { changeProgram } = await import("./upgrade/change-program.ts");
        // A terminal that is closed leaves an upgrade in work, which goes on without it.
        let isHeard = true;
        process.on("SIGHUP", () => (isHeard = false));
        const say = (text: string) => {
          if (isHeard) print(`upgrade: ${text}\n`);
        };
        await changeProgram(options, { env, say, signal: untilStopped() });
        return 0;
      }),
    );
  withJson(command, "what is installed, as JSON");
  withExitStatus(command, "0: done; 1: it failed, and what runs then is told; 2: wrong command line");
  return withExamples(command, "dwld upgrade", "sudo dwld upgrade --back");
}
