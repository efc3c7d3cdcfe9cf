import { Command, Option } from "commander";
import { type ConfigurationOptions, withConfigAndData } from "../command-line/configuration-options.ts";
import { instanceArgument } from "../command-line/instance.ts";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { withJson } from "./json-option.ts";
import type { AppName } from "./reload/running-processes.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type Options = ConfigurationOptions & { json?: boolean; signalled?: AppName; instance: number };

/** `dwld reload` */
export function build(run: RunOnMachine): Command {
  const command = new Command("reload")
    .summary("have the processes take the configuration over")
    .description(
      "Has the processes of this machine take the configuration over while they work: those of the installed units, or of " +
        "dwld up. Tells which changed keys each has taken over, and for which it needs a restart. A wrong file changes nothing.",
    )
    .addOption(
      new Option("--signalled <app>", "for units: tell what came of the SIGHUP that systemd has sent to it").choices([
        "api",
        "worker",
        "ftp-sender",
      ]),
    )
    .option("--instance <n>", "with --signalled worker: its number on this machine", instanceArgument, 1)
    .action(async ({ json = false, signalled, instance, ...named }: Options) =>
      run(command, async ({ env, print, printJson, complain }) => {
        const { loadConfiguration } = await import("@dwld/daemon");
        const { findProcesses } = await import("./reload/running-processes.ts");
        const { askForReload, describeReload, signalledSinceMs, untilReloaded } =
          await import("./reload/ask-for-reload.ts");
        const configuration = loadConfiguration(named, env);
        const only = signalled === undefined ? undefined : { app: signalled, instance };
        const processes = await findProcesses(configuration, only);
        if (processes.length === 0 && signalled === undefined) {
          const { api, worker, ftpSender } = configuration.health;
          complain(
            `no process of dwld answers at ${api}, ${worker} or ${ftpSender}: none runs with this configuration`,
          );
          return 1;
        }
        if (processes.length === 0)
          print(`the ${signalled} does not answer at its health address: its log says what came of the reload\n`);
        const sinceMs =
          signalled === undefined ? await askForReload(processes, configuration.data) : signalledSinceMs();
        const ends = await Promise.all(processes.map(async (one) => await untilReloaded(one, sinceMs)));
        if (json) printJson({ processes: ends });
        for (const end of ends)
          if (end.mistakes.length > 0) complain(describeReload(end));
          else if (!json) print(`${describeReload(end)}\n`);
        return ends.some(({ mistakes }) => mistakes.length > 0) ? 1 : 0;
      }),
    );
  withConfigAndData(withJson(command));
  withExitStatus(
    command,
    "0: each process has taken over what it can; 1: one has not, or none runs; 2: wrong command line; " +
      "78: the configuration is wrong",
  );
  return withExamples(command, "sudo dwld reload", "dwld reload --config dwld.yaml");
}
