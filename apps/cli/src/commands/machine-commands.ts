import type { Command } from "commander";
import { CONFIG, DATA, type HandedOn, handedOnCommand } from "./handed-on.ts";

const JSON_OBJECT: [string, string] = ["--json", "the same as JSON, alone on stdout"];
const CONFIGURATION: [string, string] = ["[file]", "a configuration (else DWLD_CONFIG, else /etc/dwld/dwld.yaml)"];

const COMMANDS: HandedOn[] = [
  {
    name: "explain",
    summary: "tell what a failure of yt-dlp means",
    description: "Reads what yt-dlp printed, and tells what happened, what dwld would do and what a person can do.",
    arguments: [["[file...]", 'what yt-dlp printed; without one, or for "-", standard input']],
    options: [
      ["--site <site>", "the site, as the configuration calls it"],
      ["--exit-code <n>", "yt-dlp's exit status (default: 1)"],
      ["--signal <name>", "the signal that ended yt-dlp, such as SIGKILL"],
      JSON_OBJECT,
    ],
    examples: ["yt-dlp LINK 2>&1 | dwld explain --site youtube", "dwld explain --json output.txt"],
  },
  {
    name: "ytdlp",
    summary: "show the yt-dlp that is used, its age and what it can do",
    description: "Shows each yt-dlp of the configuration: version and age, what it can do, what it lacks.",
    options: [JSON_OBJECT, CONFIG],
    examples: ["dwld ytdlp", "dwld ytdlp --json --config dwld.yaml"],
  },
  {
    name: "doctor",
    summary: "look at everything that dwld needs, and say what to do",
    description: "Looks at the configuration, the database, disks, programs, the FTP server, bots and processes.",
    options: [JSON_OBJECT, CONFIG],
    commands: [
      {
        name: "ftp",
        summary: "look at the FTP server alone, step by step",
        description: "Logs in, writes a small file, verifies, renames and removes it.",
        options: [JSON_OBJECT, CONFIG],
        examples: ["dwld doctor ftp"],
      },
    ],
    examples: ["dwld doctor", "dwld doctor ftp", "dwld doctor --json"],
  },
  {
    name: "config",
    summary: "make a configuration, check it, or show the whole of it",
    description:
      "Writes a configuration that delivers to your server, names every mistake of one, shows it with its defaults, or prints its JSON Schema.",
    commands: [
      {
        name: "init",
        summary: "write a configuration that delivers to your server",
        description: "Writes a configuration with every setting explained, and tries the FTP server before that.",
        arguments: [["[file]", "default: /etc/dwld/dwld.yaml where dwld is installed, in a checkout data/dwld.yaml"]],
        options: [
          ["--ftp <host>", "the FTP server"],
          ["--ftp-port <n>", "default: 21; 990 with implicit"],
          ["--ftp-user <user>", "default: anonymous, without a password"],
          ["--ftp-password-file <file>", 'holds the password, which is copied; "-": it is read from stdin'],
          ["--ftp-directory <path>", "the folder on the server; default: /"],
          ["--ftp-tls <mode>", "how the connection is encrypted; default: explicit", ["explicit", "implicit", "none"]],
          ["--ftp-fingerprint <hex>", "the SHA-256 of the server's certificate, where no authority has signed it"],
          ["--no-ftp", "files stay on this machine"],
          ["--untried", "write it without trying the server"],
          ["--force", "write over what is there"],
        ],
        examples: ["dwld config init --ftp nas.example"],
      },
      {
        name: "check",
        summary: "name every mistake",
        description: "Names every mistake with its line, and each file it names that cannot be read.",
        arguments: [CONFIGURATION],
        options: [JSON_OBJECT],
        examples: ["dwld config check dwld.yaml"],
      },
      {
        name: "show",
        summary: "show the whole configuration",
        description: "Shows it as the processes see it: defaults filled in, paths absolute, secrets hidden.",
        arguments: [CONFIGURATION],
        options: [JSON_OBJECT],
        examples: ["dwld config show"],
      },
      {
        name: "schema",
        summary: "print the JSON Schema of the file",
        description: "Prints the JSON Schema of the configuration, for editors.",
        examples: ["dwld config schema > dwld.schema.json"],
      },
    ],
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
    arguments: [["[id]", 'of one task alone: its id, the beginning of it, or "last"']],
    options: [
      ["-f, --follow", "go on with each line as it is written, until Ctrl-C"],
      ["-n, --lines <n>", 'the newest of them, or "all" (default: 100, and all of a task)'],
      ["--app <app>", "of one app alone", ["api", "worker", "ftp-sender", "up"]],
      ["--json", "the lines as they were written; also where stdout is no terminal"],
      CONFIG,
      DATA,
    ],
    examples: ["dwld logs -f", "dwld logs last", "dwld logs --app worker -n 20"],
  },
  {
    name: "backup",
    summary: "copy the task table while everything runs",
    description: "Makes one file of it, as it was at one moment, and looks whether that is intact.",
    arguments: [["<file>", "where to; nothing is overwritten"]],
    options: [JSON_OBJECT, CONFIG, DATA],
    examples: ["dwld backup /backups/dwld-$(date +%F).sqlite", "dwld backup --json FILE"],
  },
  {
    name: "restore",
    summary: "put a backup, or an empty table, in the place of the task table",
    description: "What is there is kept aside. Stop all of dwld before.",
    arguments: [["[file]", "the backup"]],
    options: [["--empty", "no backup: begin anew"], JSON_OBJECT, CONFIG, DATA],
    examples: ["dwld restore /backups/dwld-2026-12-31.sqlite", "dwld restore --empty"],
  },
  {
    name: "import-legacy",
    summary: "take over the database of the first dwld",
    description: "Makes history of what the first dwld has finished, and queues the rest; may be repeated.",
    arguments: [["<file>", "its links.db, which is only read"]],
    options: [
      ["--dry-run", "take nothing, and say what would be taken"],
      ["--json", "a line of JSON for each row, and one for the whole"],
      CONFIG,
      DATA,
    ],
    examples: ["dwld import-legacy --dry-run links.db", "dwld import-legacy --json links.db > taken.jsonl"],
  },
];

/** The commands that look at this machine and need no server: listed here, run by bin/dwld. */
export function machineCommands(): Command[] {
  return COMMANDS.map((handed) => {
    const note = `Needs no server; more on it: dwld ${handed.name} --help.`;
    return handedOnCommand(
      { ...handed, description: `${handed.description} ${note}` },
      "On this machine:",
      "needs no server",
    );
  });
}
