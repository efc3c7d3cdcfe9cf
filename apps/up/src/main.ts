import { type Named, runProcess } from "@dwld/daemon/process";
import { openUpLog, type UpLog } from "./log/up-log.ts";
import { readConfiguration } from "./read-configuration.ts";
import { hangMs, startUp } from "./start-up.ts";

/** The process `dwld up`. The program that runs it runs each app. */
export async function run({ named, env }: { named: Named; env: NodeJS.ProcessEnv }): Promise<void> {
  const command = [process.execPath, ...process.execArgv, process.argv[1] ?? ""];
  const configuration = readConfiguration(command, named, env);
  if (typeof configuration === "number") process.exit(configuration);
  let log: UpLog | undefined;
  const program = { command, named, env, log: () => log };
  await runProcess("up", (context) => startUp(context, program), {
    ...{ configuration, env, hangMs },
    openLog: (settings, environment) => (log = openUpLog(settings, environment)),
  });
}
