import { Command } from "commander";
import { GetIdentityResponseSchema } from "@dwld/rpc";
import { withExamples } from "../../command-line/help.ts";
import { identityText } from "../render/access-lines.ts";
import type { RunInSession } from "../run-in-session.ts";
import { withJson } from "./common-options.ts";

/** `dwld whoami` */
export function build(run: RunInSession): Command {
  const command = new Command("whoami")
    .summary("who you are for the server")
    .description("Shows which server is called, and the name, role and chats of the token with which that is done.")
    .action(async () =>
      run(command, async ({ access, server, output, signal }) => {
        const answer = await access.getIdentity({}, { signal });
        if (output.json) output.document(GetIdentityResponseSchema, answer);
        else if (answer.identity !== undefined) output.say(`${server}  ${identityText(answer.identity)}`);
        return 0;
      }),
    );
  withJson(command, "one GetIdentityResponse");
  return withExamples(command, "dwld whoami");
}
