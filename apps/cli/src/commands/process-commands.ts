import { Command } from "commander";
import { UsageError } from "../session.ts";
import { withExamples } from "./run-command.ts";

const END =
  "Runs in the foreground until SIGTERM or Ctrl-C: it takes no new work then, and gives what runs " +
  "shutdown.graceSeconds; a second signal ends it at once. Exit status 78: the configuration is wrong.";

const PROCESSES: [name: string, summary: string, description: string][] = [
  [
    "up",
    "run the whole: api, worker, ftp-sender",
    "Runs api, worker, ftp-sender and, where none is configured, memcached.",
  ],
  [
    "api",
    "run the api, which this command talks to",
    "Serves gRPC at api.listen; Connect, gRPC-Web and JSON at api.http.",
  ],
  ["worker", "run a worker, which downloads", "Claims tasks and runs yt-dlp for them; several may run."],
  ["ftp-sender", "run a sender, which delivers", "Claims downloaded tasks and delivers their files to the FTP server."],
];

/** The commands that are processes of their own: listed and explained here, run by bin/dwld. */
export function processCommands(): Command[] {
  return PROCESSES.map(([name, summary, description]) => {
    const command = new Command(name)
      .summary(summary)
      .description(`${description} ${END}`)
      .helpGroup("Processes:")
      .usage("[options]")
      .option("--config <file>", "the configuration (else DWLD_CONFIG, else /etc/dwld/dwld.yaml)")
      .option("--data <folder>", "where everything is kept (else DWLD_DATA, else what the configuration says)")
      .action(() => {
        throw new UsageError(`${name} is a process of its own: start it by the dwld script (bin/dwld ${name})`);
      });
    return withExamples(command, `dwld ${name}`, `dwld ${name} --data ./data`);
  });
}
