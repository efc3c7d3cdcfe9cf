import { Command } from "commander";
import { ResumeSiteResponseSchema } from "@dwld/rpc";
import { sitesPage } from "../render/sites-page.ts";
import { withExamples } from "../../command-line/help.ts";
import { withJson } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld site resume NAME` */
export function build(run: RunInSession): Command {
  const site = new Command("site").summary("one site: resume").description("Acts on one site.");
  const resume = new Command("resume")
    .summary("end a site's pause")
    .description("Ends a site's pause now: its links are downloaded again.")
    .argument("<site>", "as `dwld sites` names it")
    .action(async (name: string) =>
      run(resume, async ({ client, output, clock, signal }) => {
        const answer = await client.resumeSite({ name }, { signal });
        if (output.json) output.document(ResumeSiteResponseSchema, answer);
        else output.say(...sitesPage(answer.site === undefined ? [] : [answer.site], clock.nowMs()));
        return 0;
      }),
    );
  withJson(resume, "one ResumeSiteResponse");
  withExamples(resume, "dwld site resume youtube");
  site.addCommand(resume);
  return site;
}
