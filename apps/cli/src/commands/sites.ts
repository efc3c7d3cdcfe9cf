import { Command } from "commander";
import { ListSitesResponseSchema } from "@dwld/rpc";
import { sitesPage } from "../render/sites-page.ts";
import { type RunCommand, withExamples, withJson } from "./run-command.ts";

/** `dwld sites` */
export function sitesCommand(run: RunCommand): Command {
  const command = new Command("sites")
    .summary("sites, their pauses and what worked")
    .description(
      "Lists the sites that links were added for: what waits, whether the site is given a rest and why, and how each stage did.",
    )
    .action(async () =>
      run(command, async ({ client, output, clock, signal }) => {
        const answer = await client.listSites({}, { signal });
        if (output.json) output.document(ListSitesResponseSchema, answer);
        else output.say(...sitesPage(answer.sites, clock.nowMs()));
        return 0;
      }),
    );
  withJson(command, "one ListSitesResponse");
  return withExamples(command, "dwld sites", "dwld site resume youtube");
}
