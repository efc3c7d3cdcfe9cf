import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Argument, Command } from "commander";
import { type RunCommand, withExamples } from "./run-command.ts";

/** `dwld completion SHELL` */
export function completionCommand(run: RunCommand): Command {
  const command = new Command("completion")
    .summary("print the completion of this command for a shell")
    .description(
      "Prints what a shell reads to complete commands, options, ids and sites. make install puts it in place.",
    )
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .action(async (shell: string) =>
      run(command, async ({ output }) => {
        const script = await readFile(join(import.meta.dirname, `../completion/dwld.${shell}`), "utf8");
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

/** `dwld complete -- WORD...`: what the shells' scripts ask at each Tab. */
export function completeCommand(run: RunCommand): Command {
  const command = new Command("complete")
    .argument("[words...]")
    .allowUnknownOption()
    .action(async (words: string[]) =>
      run(command, async ({ client, output, signal }) => {
        const { completionLines } = await import("../completion/complete.ts");
        const program = command.parent ?? command;
        output.say(...(await completionLines(program, words, client, signal)));
        return 0;
      }),
    );
  return command;
}
