import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { layout } from "@dwld/layout";
import { Argument, Command } from "commander";
import { withExamples } from "../../command-line/help.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld completion SHELL` */
export function build(run: RunInSession): Command {
  const command = new Command("completion")
    .summary("print the completion of this command for a shell")
    .description(
      "Prints what a shell reads to complete commands, options, ids and sites. make install puts it in place.",
    )
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .action(async (shell: string) =>
      run(command, async ({ output }) => {
        const script = await readFile(join(layout.completions, `dwld.${shell}`), "utf8");
        output.say(script.trimEnd());
        return 0;
      }),
    );
  return withExamples(
    command,
    "source <(dwld completion bash)",
    "source <(dwld completion zsh)",
    "dwld completion fish | source",
  );
}
