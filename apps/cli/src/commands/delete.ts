import { Command } from "commander";
import { DeleteTaskResponseSchema } from "@dwld/rpc";
import { eachId } from "./each-id.ts";
import { type CommonOptions, type RunCommand, withExamples, withJson } from "./run-command.ts";

/** `dwld delete ID...` */
export function deleteCommand(run: RunCommand): Command {
  const command = new Command("delete")
    .summary("cancel tasks and forget them")
    .description("Cancels tasks where they still run, and forgets them. Copies on the FTP server are never touched.")
    .argument("<id...>", "ids of tasks, as add and list print them")
    .option("--files", "remove their files in the download folder too")
    .action(async (ids: string[], options: CommonOptions & { files?: true }) =>
      run(command, async (session) =>
        eachId(session, ids, async (id) => {
          const request = { id, deleteFiles: options.files ?? false };
          const answer = await session.client.deleteTask(request, { signal: session.signal });
          if (session.output.json) session.output.document(DeleteTaskResponseSchema, answer);
          else session.output.say(`${id}  deleted`);
        }),
      ),
    );
  withJson(command, "one DeleteTaskResponse a line and task");
  return withExamples(
    command,
    "dwld delete 019abf3e-7c11-7d2a-9b0e-3f5d6c7b8a90",
    "dwld delete --files 019abf3e-7c11-7d2a-9b0e-3f5d6c7b8a90",
  );
}
