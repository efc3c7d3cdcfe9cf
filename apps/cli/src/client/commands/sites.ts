import { Command } from "commander";
import { ListSitesResponseSchema } from "@dwld/rpc";
import { sitesPage } from "../render/sites-page.ts";
import { withExamples } from "../../command-line/help.ts";
import { type CommonOptions, withJson } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld sites` */
export function build(run: RunInSession): Command {
  const command = new Command("sites")
    .summary("sites, their pauses and what worked")
    .description(
      "Lists the sites that were used: what waits, whether the site is paused and why, and how each stage did.",
    )
    .option("--all", "the sites of the configuration that were not used yet too, as always with --json")
    .action(async (options: CommonOptions & { all?: true }) =>
      run(command, async ({ client, output, clock, signal }) => {
        const answer = await client.listSites({}, { signal });
        if (output.json) output.document(ListSitesResponseSchema, answer);
        else output.say(...sitesPage(answer.sites, clock.nowMs(), options.all ?? false));
        return 0;
      }),
    );
  withJson(command, "one ListSitesResponse");
  return withExamples(command, "dwld sites", "dwld sites --all", "dwld site resume youtube");
}
