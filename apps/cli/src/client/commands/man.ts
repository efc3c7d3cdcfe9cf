import { Command } from "commander";
import { withExamples } from "../../command-line/help.ts";
import { manualPage } from "../manual/manual-page.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld man` */
export function build(run: RunInSession): Command {
  const command = new Command("man")
    .summary("print the manual page: this help, whole")
    .description(
      "Prints the manual page, which has the help of every command. make install puts it in place: man dwld.",
    )
    .action(async () =>
      run(command, async ({ output, version }) => {
        output.say(...manualPage(command.parent ?? command, version));
        return 0;
      }),
    );
  return withExamples(command, "dwld man | man -l -");
}
