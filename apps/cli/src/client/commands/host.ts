import { Command, Option } from "commander";
import { type ForgetHostResponse, ForgetHostResponseSchema } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { minuteMs } from "@dwld/timing";
import type { ExitStatus } from "../../command-line/exit-status.ts";
import { withExamples } from "../../command-line/help.ts";
import type { RunInSession } from "../run-in-session.ts";
import type { Session } from "../session.ts";
import { type CommonOptions, withJson } from "./common-options.ts";
import { canAsk, confirm } from "./confirm.ts";

/** The api starts many tasks again in many steps. */
const forgetTimeoutMs = 10 * minuteMs;

type ForgetOptions = CommonOptions & { dryRun?: true; yes?: true };

/** `dwld host forget NAME` */
export function build(run: RunInSession): Command {
  const host = new Command("host").summary("one machine: forget").description("Acts on one machine.");
  const forget = new Command("forget")
    .summary("declare a machine gone for good")
    .description(
      "Declares a machine gone for good, if it is not alive: what waits there for its delivery is downloaded again elsewhere, unless another machine shares its folder. If it comes back, it works on. Says what would start again and asks first; without a terminal, --yes or --dry-run is needed.",
    )
    .argument("<host>", "as `dwld hosts` names it")
    .addOption(new Option("--dry-run", "only say what would start again").conflicts("yes"))
    .option("-y, --yes", "do not ask")
    .action(async (name: string, options: ForgetOptions) =>
      run(forget, async (session) => {
        if (options.dryRun === true || options.yes === true || canAsk(session))
          return await forgetHost(session, name, options);
        return forget.error(
          "host forget: there is no terminal to ask on. --dry-run says what would start again, --yes does it",
        );
      }),
    );
  withJson(forget, "one ForgetHostResponse");
  withExamples(forget, "dwld host forget nas2", "dwld host forget nas2 --dry-run", "dwld host forget nas2 --yes");
  host.addCommand(forget);
  return host;
}

async function forgetHost(session: Session, name: string, { dryRun, yes }: ForgetOptions): Promise<ExitStatus> {
  const { client, output, signal } = session;
  const call = async (validateOnly: boolean) =>
    await client.forgetHost({ name, validateOnly }, { signal, timeoutMs: forgetTimeoutMs });
  if (dryRun !== true && yes !== true) {
    output.say(sentence("would declare", name, await call(true)));
    if (!(await confirm(session, "Is it gone for good?"))) {
      output.say("nothing was changed");
      return 1;
    }
  }
  const answer = await call(dryRun ?? false);
  if (output.json) output.document(ForgetHostResponseSchema, answer);
  else output.say(sentence(dryRun === true ? "would declare" : "declared", name, answer));
  return 0;
}

function sentence(verb: string, name: string, { restartedCount }: ForgetHostResponse): string {
  const tasks = restartedCount === 1n ? "1 task starts" : `${restartedCount} tasks start`;
  return `${verb} ${oneLine(name)} gone: ${restartedCount === 0n ? "no task has to start" : tasks} again elsewhere`;
}
