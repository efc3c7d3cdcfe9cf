import { type Configuration, Hangups, type Named, runProcess } from "@dwld/daemon/process";
import { openUpLog, type UpLog } from "./log/up-log.ts";
import { readAgain, readConfiguration } from "./read-configuration.ts";
import { hangMs, startUp } from "./start-up.ts";
import { allApps, type App } from "./supervise-apps.ts";

/** The configuration that a command line names, and the apps to run; default: all. */
export type UpOptions = Named & { only?: readonly App[] };

/** The process `dwld up`. The program that runs it runs each app. */
export async function run({ named, env }: { named: UpOptions; env: NodeJS.ProcessEnv }): Promise<void> {
  const command = [process.execPath, ...process.execArgv, process.argv[1] ?? ""];
  const hangups = new Hangups();
  const configuration = readConfiguration(command, named, env);
  if (typeof configuration === "number") process.exit(configuration);
  let log: UpLog | undefined;
  const program = { command, apps: named.only ?? allApps, named, env, log: () => log };
  await runProcess("up", (context) => startUp(context, program), {
    ...{ written: asWritten(configuration), hangups, env, hangMs },
    read: async () => asWritten(await readAgain(command, named, env)),
    openLog: (settings, environment) => (log = openUpLog(settings, environment)),
  });
}

/** Returns a configuration for a comparison, without the section that follows from others. */
function asWritten({ defaultSite, ...values }: Configuration) {
  return { file: "", values, complete: (written: typeof values) => ({ ...written, defaultSite }) };
}
