import type { Command } from "commander";
import { CONFIG, DATA, handedOnCommand } from "./handed-on.ts";

const END =
  "Runs in the foreground until SIGTERM or Ctrl-C: it takes no new work then, and gives what runs " +
  "shutdown.graceSeconds; a second signal ends it at once. Exit status 78: the configuration is wrong.";

const PROCESSES: [name: string, summary: string, description: string, options?: [string, string][]][] = [
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
  [
    "worker",
    "run a worker, which downloads",
    "Claims tasks and runs yt-dlp for them; several may run.",
    [["--instance <n>", "of the second worker of a machine, and more: its health listens 10 ports higher"]],
  ],
  ["ftp-sender", "run a sender, which delivers", "Claims downloaded tasks and delivers their files to the FTP server."],
];

/** The commands that are processes of their own: listed and explained here, run by bin/dwld. */
export function processCommands(): Command[] {
  return PROCESSES.map(([name, summary, description, options = []]) =>
    handedOnCommand(
      {
        name,
        summary,
        description: `${description} ${END}`,
        options: [CONFIG, DATA, ...options],
        examples: [`dwld ${name}`, `dwld ${name} --data ./data`],
      },
      "Processes:",
      "is a process of its own",
    ),
  );
}
