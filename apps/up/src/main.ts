import { type AppOptions, runApp } from "@dwld/daemon";
import { openUpLog, type UpLog } from "./log/up-log.ts";
import { hangMs, startUp } from "./start-up.ts";

/** The process `dwld up`. The program that runs it runs each app. */
export async function run({ named = {}, env = process.env }: AppOptions): Promise<void> {
  let log: UpLog | undefined;
  const program = { command: [process.execPath, process.argv[1] ?? ""], named, env, log: () => log };
  await runApp("up", (context) => startUp(context, program), {
    ...{ named, env, hangMs },
    openLog: (configuration, environment) => (log = openUpLog(configuration, environment)),
  });
}
