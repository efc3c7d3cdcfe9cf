import { Command } from "commander";
import { GetStatusResponseSchema } from "@dwld/rpc";
import { statusPage } from "../render/status-page.ts";
import { withExamples } from "../../command-line/help.ts";
import { withJson } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld status` */
export function build(run: RunInSession): Command {
  const command = new Command("status")
    .summary("the whole at a glance")
    .description(
      "Shows how many tasks there are in each state, what is in work, the processes, bots, sensors, disk and sites.",
    )
    .action(async () =>
      run(command, async ({ client, output, clock, signal }) => {
        const answer = await client.getStatus({}, { signal });
        if (output.json) output.document(GetStatusResponseSchema, answer);
        else output.say(...statusPage(answer, output.look, clock.nowMs()));
        return 0;
      }),
    );
  withJson(command, "one GetStatusResponse");
  return withExamples(command, "dwld status", "dwld status --json | jq '.processes[] | select(.alive | not)'");
}
