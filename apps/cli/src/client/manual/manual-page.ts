import type { Command, Help, Option } from "commander";
import { examplesOf, exitStatusOf } from "../../command-line/help.ts";
import { exitStatuses } from "../../command-line/exit-status.ts";
import { definition, literal, opening, paragraph, roffText, section, subsection } from "./roff.ts";

const environmentEntries: [name: string, meaning: string][] = [
  ["DWLD_SERVER", "the api's address if --server is not given"],
  ["DWLD_FINGERPRINT", "the server's certificate if --fingerprint is not given"],
  ["DWLD_TOKEN", "the token for the server, in place of the one that dwld login stored"],
  ["DWLD_CONFIG", "the configuration if --config is not given"],
  ["DWLD_DATA", "where everything is kept if --data is not given"],
  ["LC_ALL, LC_MESSAGES, LANG", "the first that is set: reasons and advice are in Russian if it begins with ru"],
  ["NO_COLOR", "no colours on a terminal if it is not empty"],
];

const fileEntries: [path: string, meaning: string][] = [
  ["/etc/dwld/dwld.yaml", "the configuration of an installed dwld"],
  [
    "/etc/dwld/secrets/",
    "secrets that only root may read: ftp-sender/ the password, api/ of bots, database/ of PostgreSQL",
  ],
  ["/etc/dwld/tls/", "the certificate of the api and its key"],
  ["/var/lib/dwld/", "its data: the task table, and what is being downloaded"],
  ["/run/dwld/api.socket", "the api for this machine: members of the group dwld need no token there"],
  ["~/.config/dwld/logins.json", "the tokens that dwld login stored"],
  ["/opt/dwld/docs/", "the guide, in English and Russian; operations; failures"],
];

/** Returns dwld(1) in lines of roff, made from the tree of commands that `--help` shows. */
export function manualPage(program: Command, version: string): string[] {
  const help = helpOf(program);
  return [
    ...opening("DWLD", 1, `dwld ${version}`),
    section("NAME"),
    roffText("dwld - give it a link and the video arrives on your FTP server"),
    section("SYNOPSIS"),
    ".B dwld",
    roffText("[options] command [options] [arguments]"),
    section("DESCRIPTION"),
    roffText(program.description()),
    ...optionLines(help, help.visibleOptions(program), "OPTIONS"),
    ...commandGroups(program, help).flatMap(([heading, commands]) => [
      section(heading.replace(/:$/, "").toUpperCase()),
      ...commands.flatMap((each) => commandLines(each, "")),
    ]),
    section("EXIT STATUS"),
    ...exitStatuses.flatMap(([status, meaning]) => definition(String(status), meaning)),
    section("ENVIRONMENT"),
    ...environmentEntries.flatMap(([name, meaning]) => definition(name, meaning)),
    section("FILES"),
    ...fileEntries.flatMap(([path, meaning]) => definition(path, meaning)),
    section("SEE ALSO"),
    roffText("yt-dlp(1), journalctl(1)"),
  ];
}

function helpOf(command: Command): Help {
  return Object.assign(command.createHelp(), command.configureHelp());
}

/** Returns the commands in the order of the help. */
function commandGroups(program: Command, help: Help): [heading: string, Command[]][] {
  const groups = new Map<string, Command[]>();
  for (const each of help.visibleCommands(program)) {
    const heading = each.helpGroup() || "Commands:";
    groups.set(heading, [...(groups.get(heading) ?? []), each]);
  }
  return [...groups];
}

/** Returns the lines of a command and its subcommands. */
function commandLines(command: Command, above: string): string[] {
  const help = helpOf(command);
  const below = command.commands.flatMap((each) => commandLines(each, `${above}${command.name()} `));
  return [
    subsection(above + help.subcommandTerm(command)),
    roffText(command.description()),
    ...help.visibleArguments(command).flatMap((each) => definition(each.name(), help.argumentDescription(each))),
    ...optionLines(
      help,
      help.visibleOptions(command).filter(({ long }) => long !== "--help"),
    ),
    ...exampleLines(command),
    ...paragraphIf(exitStatusOf(command)),
    ...below,
  ];
}

function paragraphIf(statuses: string | undefined): string[] {
  return statuses === undefined ? [] : paragraph(`Exit status: ${statuses}.`);
}

function optionLines(help: Help, options: Option[], heading?: string): string[] {
  let group: string | undefined;
  const lines = options.flatMap((option) => {
    const title = option.helpGroupHeading === group ? [] : paragraph(option.helpGroupHeading ?? "");
    group = option.helpGroupHeading;
    return [...title, ...definition(option.flags, help.optionDescription(option))];
  });
  return lines.length === 0 || heading === undefined ? lines : [section(heading), ...lines];
}

function exampleLines(command: Command): string[] {
  const examples = examplesOf(command);
  return examples.length === 0 ? [] : [...paragraph("Examples:"), ...literal(examples)];
}
