import { Command } from "commander";
import { UsageError } from "../session.ts";
import { withExamples } from "./run-command.ts";

type MachineCommand = { name: string; summary: string; description: string; examples: string[] };

const COMMANDS: MachineCommand[] = [
  {
    name: "explain",
    summary: "tell what a failure of yt-dlp means",
    description: "Reads what yt-dlp printed, and tells what happened, what dwld would do and what a person can do.",
    examples: ["yt-dlp LINK 2>&1 | dwld explain --site youtube", "dwld explain --json output.txt"],
  },
  {
    name: "ytdlp",
    summary: "show the yt-dlp that is used, its age and what it can do",
    description: "Shows each yt-dlp of the configuration: version and age, what it can do, what it lacks.",
    examples: ["dwld ytdlp", "dwld ytdlp --json --config dwld.yaml"],
  },
  {
    name: "doctor",
    summary: "look at everything that dwld needs, and say what to do",
    description: "Looks at the configuration, the database, disks, programs, the FTP server, bots and processes.",
    examples: ["dwld doctor", "dwld doctor ftp", "dwld doctor --json"],
  },
  {
    name: "config",
    summary: "make a configuration, check it, or show the whole of it",
    description:
      "Writes a configuration that delivers to your server, names every mistake of one, shows it with its defaults, or prints its JSON Schema.",
    examples: [
      "dwld config init --ftp nas.example",
      "dwld config check dwld.yaml",
      "dwld config show",
      "dwld config schema > dwld.schema.json",
    ],
  },
  {
    name: "logs",
    summary: "show the log of all processes, or of one task",
    description: "Reads the files of dwld up, or the journal of the installed units.",
    examples: ["dwld logs -f", "dwld logs last", "dwld logs --app worker -n 20"],
  },
  {
    name: "backup",
    summary: "copy the task table while everything runs",
    description: "Makes one file of it, as it was at one moment, and looks whether that is intact.",
    examples: ["dwld backup /backups/dwld-$(date +%F).sqlite", "dwld backup --json FILE"],
  },
  {
    name: "restore",
    summary: "put a backup, or an empty table, in the place of the task table",
    description: "What is there is kept aside. Stop all of dwld before.",
    examples: ["dwld restore /backups/dwld-2026-12-31.sqlite", "dwld restore --empty"],
  },
  {
    name: "import-legacy",
    summary: "take over the database of the first dwld",
    description: "Makes history of what the first dwld has finished, and queues the rest; may be repeated.",
    examples: ["dwld import-legacy --dry-run links.db", "dwld import-legacy --json links.db > taken.jsonl"],
  },
];

/** The commands that look at this machine and need no server: listed here, run by bin/dwld. */
export function machineCommands(): Command[] {
  return COMMANDS.map(({ name, summary, description, examples }) => {
    const command = new Command(name)
      .summary(summary)
      .description(`${description} Needs no server; its options: dwld ${name} --help.`)
      .helpGroup("On this machine:")
      .usage("[options]")
      .action(() => {
        throw new UsageError(`${name} needs no server: start it by the dwld script (bin/dwld ${name})`);
      });
    return withExamples(command, ...examples);
  });
}
