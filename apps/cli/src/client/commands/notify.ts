import { Command } from "commander";
import { TestNotifyResponseSchema } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { withExamples, withExitStatus } from "../../command-line/help.ts";
import { padText } from "../render/fit-text.ts";
import type { RunInSession } from "../run-in-session.ts";
import { withJson } from "./common-options.ts";

/** A mail program may take as long. */
const trialTimeoutMs = 90_000;

/** `dwld notify test` */
export function build(run: RunInSession): Command {
  const notify = new Command("notify")
    .summary("where the operator is told: test")
    .description("Acts on the targets of the setting notify, where dwld tells what needs a person.");
  const test = new Command("test")
    .summary("send a trial to each target")
    .description(
      "Has the api send a trial message to each target of the setting notify, with its own rights and secrets, and says what came back.",
    )
    .action(async () =>
      run(test, async ({ client, output, signal }) => {
        const answer = await client.testNotify({}, { signal, timeoutMs: trialTimeoutMs });
        const { trials } = answer;
        if (output.json) output.document(TestNotifyResponseSchema, answer);
        else if (trials.length === 0)
          output.say("no target is configured: notify.targets of the configuration names them");
        else
          output.say(
            ...trials.map(
              ({ accepted, receiver, answer: words }) =>
                `${padText(accepted ? "accepted" : "refused", 8)}  ${oneLine(receiver)}  ${oneLine(words)}`,
            ),
          );
        return trials.length > 0 && trials.every(({ accepted }) => accepted) ? 0 : 1;
      }),
    );
  withJson(test, "one TestNotifyResponse");
  withExitStatus(test, "0: each target accepted it; 1: one did not, or there is none");
  withExamples(test, "dwld notify test");
  notify.addCommand(test);
  return notify;
}
