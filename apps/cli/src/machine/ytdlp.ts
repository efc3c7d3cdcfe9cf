import type { Configuration } from "@dwld/daemon";
import type { ManagedVersions } from "@dwld/worker/ytdlp-versions";
import { Command } from "commander";
import { type ConfigurationOptions, withConfig, withConfigAndData } from "../command-line/configuration-options.ts";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import type { ExitStatus } from "../command-line/exit-status.ts";
import { allOrNothing, withJson } from "./json-option.ts";
import type { MachineCall, RunOnMachine } from "./run-on-machine.ts";

type Options = ConfigurationOptions & { json?: boolean };

/** `dwld ytdlp [update|pin|unpin|rollback|list]` */
export function build(run: RunOnMachine): Command {
  const command = new Command("ytdlp")
    .summary("show the yt-dlp that is used, its age and what it can do; update it")
    .description(
      "Shows each yt-dlp of worker.ytdlp: its version and age, what it can do, what it lacks, and what to do about that; " +
        "and the stages that are left out until they have what they need. The commands below it look after the versions " +
        "that dwld fetches itself (worker.ytdlp.update), whether the worker runs or not.",
    )
    .action(async ({ json = false, ...named }: Options) =>
      runAsOwnerOfData(run, command, named, async (configuration, { env, print, printJson }) => {
        const { inspectYtdlps, printReport } = await import("@dwld/worker/ytdlp-report");
        const report = await inspectYtdlps(configuration, env);
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
  command
    .addCommand(buildUpdate(run))
    .addCommand(buildPin(run))
    .addCommand(buildUnpin(run))
    .addCommand(buildRollback(run))
    .addCommand(buildList(run));
  return withExamples(
    command,
    "dwld ytdlp",
    "dwld ytdlp --json --config dwld.yaml",
    "sudo dwld ytdlp update",
    "sudo dwld ytdlp rollback",
  );
}

/** Runs a body that touches programs of the data folder: as the user to whom that belongs, if root called it. */
async function runAsOwnerOfData(
  run: RunOnMachine,
  command: Command,
  named: ConfigurationOptions,
  body: (configuration: Configuration, call: MachineCall) => Promise<ExitStatus>,
): Promise<void> {
  await run(command, async (call) => {
    const { loadConfiguration } = await import("@dwld/daemon");
    const { runAsOwner } = await import("./as-owner.ts");
    const configuration = loadConfiguration(named, call.env);
    return (await runAsOwner(configuration, call)) ?? (await body(configuration, call));
  });
}

type Call = MachineCall & { json: boolean };
type Work = (configuration: Configuration, call: Call) => Promise<ExitStatus>;

/** Opens the versions of this machine for a work that changes them. */
function managing(work: (versions: ManagedVersions, call: Call) => Promise<ExitStatus>): Work {
  return async (configuration, call) => {
    const { manageVersions } = await import("@dwld/worker/ytdlp-versions");
    await using versions = await manageVersions(configuration, call.env);
    return await work(versions, call);
  };
}

/** Makes a command that looks after the versions of this machine. */
function versionsCommand(
  run: RunOnMachine,
  words: string,
  work: (arguments_: readonly string[], options: object) => Work,
): Command {
  const [name = "", ...rest] = words.split(" ");
  const command = new Command(name);
  if (rest.length > 0) command.argument(rest.join(" "), "as its release is named, such as 2026.10.26");
  command.action(async () => {
    // Options that the command above shares with this one are read there.
    const { json = false, ...named } = command.optsWithGlobals<Options>();
    await runAsOwnerOfData(run, command, named, async (configuration, call) =>
      work(command.args, command.opts())(configuration, { ...call, json }),
    );
  });
  withConfigAndData(withJson(command));
  withExitStatus(command, allOrNothing);
  return command;
}

/** Shows steps on a terminal, in one line that they replace. */
function progressOf({ stderr, untilStopped }: MachineCall, stepLine: (step: never) => string) {
  let isShown = false;
  return {
    signal: untilStopped(),
    onStep: (step: object) => {
      if (stderr.isTTY) stderr.write(`\r\u001b[K${stepLine(step as never)}`);
      isShown = stderr.isTTY;
    },
    end: () => {
      if (isShown) stderr.write("\r\u001b[K");
    },
  };
}

function buildUpdate(run: RunOnMachine): Command {
  const command = versionsCommand(run, "update", (_, options) =>
    managing(async (versions, call) => {
      const { stepLine, updateSentence } = await import("./ytdlp/versions-report.ts");
      const { end, ...how } = progressOf(call, stepLine);
      const result = await versions.update("now" in options, how).finally(end);
      if (call.json) call.printJson(result);
      else call.print(`${updateSentence(result)}\n`);
      return result.result === "busy" ? 1 : 0;
    }),
  )
    .summary("look for a newer yt-dlp now, and try it")
    .description(
      "Looks for a newer release now, verifies its signature, tries it without the internet, and begins its trial: a fifth of " +
        "the attempts is made with it, and it takes over if it does no worse. What is in use stays, whatever happens.",
    )
    .option("--now", "use it at once, without a trial; a trial that goes on ends");
  return withExamples(command, "sudo dwld ytdlp update", "sudo dwld ytdlp update --now");
}

function buildPin(run: RunOnMachine): Command {
  const command = versionsCommand(run, "pin <version>", ([version = ""]) =>
    managing(async (versions, call) => {
      const { stepLine } = await import("./ytdlp/versions-report.ts");
      const { end, ...how } = progressOf(call, stepLine);
      await versions.pin(version, how).finally(end);
      if (call.json) call.printJson({ pinned: version });
      else call.print(`${version} is pinned: it is used until dwld ytdlp unpin, and no other is tried.\n`);
      return 0;
    }),
  )
    .summary("use one version, and no other")
    .description(
      "Fetches a version if it is not there, tries it without the internet, and uses it until it is unpinned.",
    );
  return withExamples(command, "sudo dwld ytdlp pin 2026.10.26");
}

function buildUnpin(run: RunOnMachine): Command {
  const command = versionsCommand(run, "unpin", () =>
    managing(async (versions, call) => {
      const unpinned = await versions.unpin();
      if (call.json) call.printJson({ unpinned });
      else
        call.print(unpinned ? "Nothing is pinned any more: the current version is used.\n" : "Nothing was pinned.\n");
      return 0;
    }),
  )
    .summary("let go of the pinned version")
    .description("Uses the current version again. New ones are tried from now on.");
  return withExamples(command, "sudo dwld ytdlp unpin");
}

function buildRollback(run: RunOnMachine): Command {
  const command = versionsCommand(run, "rollback", () =>
    managing(async (versions, call) => {
      const { rollbackSentence } = await import("./ytdlp/versions-report.ts");
      const result = await versions.rollback();
      if (call.json) call.printJson(result);
      else call.print(`${rollbackSentence(result)}\n`);
      return 0;
    }),
  )
    .summary("go back to the version before")
    .description("Sets the current version aside, and uses the one before it. dwld does so itself if it does worse.");
  return withExamples(command, "sudo dwld ytdlp rollback");
}

function buildList(run: RunOnMachine): Command {
  const command = versionsCommand(run, "list", () => async (configuration, call) => {
    const { printVersions, reportVersions } = await import("./ytdlp/versions-report.ts");
    const { listVersions } = await import("@dwld/worker/ytdlp-versions");
    const report = reportVersions(await listVersions(configuration));
    if (call.json) call.printJson(report);
    else call.print(printVersions(report));
    return 0;
  })
    .summary("show the versions that are here, how they did, and the last look for a newer one")
    .description(
      "Shows the versions of yt-dlp that dwld fetched, with what became of each. * marks the one that is used.",
    );
  return withExamples(command, "sudo dwld ytdlp list", "sudo dwld ytdlp list --json");
}
