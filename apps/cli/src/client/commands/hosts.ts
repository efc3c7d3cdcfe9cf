import { Command } from "commander";
import { ListHostsResponseSchema } from "@dwld/rpc";
import { withExamples } from "../../command-line/help.ts";
import { hostsPage } from "../render/hosts-page.ts";
import type { RunInSession } from "../run-in-session.ts";
import { withJson } from "./common-options.ts";

/** `dwld hosts` */
export function build(run: RunInSession): Command {
  const command = new Command("hosts")
    .summary("machines, and what waits on each")
    .description(
      "Lists the machines that share the task table: their processes and troubles, their disk, and what waits there for its delivery.",
    )
    .action(async () =>
      run(command, async ({ client, output, clock, signal }) => {
        const answer = await client.listHosts({}, { signal });
        if (output.json) output.document(ListHostsResponseSchema, answer);
        else output.say(...hostsPage(answer.hosts, clock.nowMs()));
        return 0;
      }),
    );
  withJson(command, "one ListHostsResponse");
  return withExamples(command, "dwld hosts", "dwld host forget nas2");
}
