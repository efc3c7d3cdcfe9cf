import { Command } from "commander";
import { type RunCommand, withExamples } from "./run-command.ts";

/** `dwld man` */
export function manCommand(run: RunCommand, version: string): Command {
  const command = new Command("man")
    .summary("print the manual page: this help, whole")
    .description(
      "Prints the manual page, which has the help of every command. make install puts it in place: man dwld.",
    )
    .action(async () =>
      run(command, async ({ output }) => {
        const { manualPage } = await import("../manual/manual-page.ts");
        output.say(...manualPage(command.parent ?? command, version));
        return 0;
      }),
    );
  return withExamples(command, "dwld man | man -l -");
}
