import { Command, Option } from "commander";
import { readsInput } from "../arguments/links.ts";
import { momentArgument, qualityArgument } from "./argument-readers.ts";
import { type AddOptions, addLinks } from "./add-links.ts";
import { withExamples } from "../../command-line/help.ts";
import { withJson, withNoTrunc, withPatience } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";
import { askedOptions, contradiction, withOptionFlags } from "./option-flags.ts";

/** `dwld add LINK...` */
export function build(run: RunInSession): Command {
  const command = new Command("add")
    .summary("add links")
    .description(
      "Adds links. With '-', or without a link if standard input is no terminal, reads links from there, one a line, and sends " +
        "up to 500 that are there at a time; blank lines and lines that begin with # are skipped. A refused link does not " +
        "stop the others. Added again, a link that has not ended makes no second task.",
    )
    .argument("[link...]", "http or https links")
    .option(
      "--quality <height>",
      "cap on the shorter side of the picture: 720, 1080p, 4k; default: best",
      qualityArgument,
    )
    .option("--user <name>", "the first folder on the server")
    .option("--folder <path>", "a path below it")
    .option(
      "--chat <id>",
      "who asks; equal requests of one chat are one task; default: cli, or the only chat of the token",
    )
    .option("--at <time>", "not before this: 2h from now, 2026-12-31T23:00 (local time)", momentArgument)
    .option("--request-id <text>", "with the same id, a repeated request of a chat returns the same task")
    .option(
      "--notify-url <url>",
      "where the api tells the end of each task, for programs; the server's setting notify.taskUrls allows it",
    )
    .option(
      "--wait",
      "wait until all have ended, with the entries of playlists: 0 only if all are done; Ctrl-C leaves them running",
    );
  command.addOption(
    new Option("--dry-run", "add nothing: show the site, the stages and the folder of each link").conflicts("wait"),
  );
  withPatience(command, "with --wait");
  withNoTrunc(command);
  withJson(command, "one AddTaskResponse a line and link; with --wait then one WatchTasksResponse a line and change");
  withOptionFlags(command);
  command.action(async (links: string[], options: AddOptions) =>
    run(command, async (session) => {
      if (links.length === 0 && !readsInput(links, session.input)) command.error("add: a link is needed");
      const asked = askedOptions(options);
      const wrong = contradiction(asked, options);
      if (wrong !== undefined) command.error(`add: ${wrong}`);
      if (options.requestId !== undefined && (links.length !== 1 || links[0] === "-")) {
        command.error("add: --request-id goes with one link");
      }
      if (options.patience !== undefined && options.wait === undefined) {
        command.error("add: --patience goes with --wait");
      }
      return addLinks(session, links, options, asked);
    }),
  );
  return withExamples(
    command,
    "dwld add 'https://www.youtube.com/watch?v=jNQXAC9IVRw'",
    "dwld add --quality 720 --user alice --wait https://vimeo.com/22439234",
    "dwld add --playlist --limit 10 --audio https://www.youtube.com/@jawed/videos",
    "dwld add --audio --audio-format mp3 --thumbnail embed --metadata 'https://www.youtube.com/watch?v=jNQXAC9IVRw'",
    "dwld add --subtitles en,de --auto-subtitles --subtitles-as file https://vimeo.com/22439234",
    "dwld add --section 1:30-2:00 --section 10:00- --recode https://vimeo.com/22439234",
    "dwld add --playlist --uploaded-after 2026-01-01 --sponsorblock-remove sponsor https://www.youtube.com/@jawed",
    "dwld add --live from-start --wait https://www.twitch.tv/monstercat",
    "dwld add --at 2h < links.txt",
    "dwld add --dry-run https://vimeo.com/22439234",
  );
}
