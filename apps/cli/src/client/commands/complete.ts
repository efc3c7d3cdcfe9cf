import { Command } from "commander";
import { completionLines } from "../completion/complete.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld complete -- WORD...`: what the shells' scripts ask at each Tab. */
export function build(run: RunInSession): Command {
  const command = new Command("complete")
    .argument("[words...]")
    .allowUnknownOption()
    .action(async (words: string[]) =>
      run(command, async ({ client, output, signal }) => {
        const program = command.parent ?? command;
        output.say(...(await completionLines(program, words, client, signal)));
        return 0;
      }),
    );
  return command;
}
