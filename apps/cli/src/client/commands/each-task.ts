import { classifyFailure } from "../connection/call-failure.ts";
import { findTask, type FoundTask, TaskNameError } from "../connection/find-task.ts";
import type { ExitStatus } from "../../command-line/exit-status.ts";
import { explain, type Session } from "../session.ts";

/**
 * Acts on several tasks. An ambiguous name, or a refusal of the api for one task, does not stop the others. All names are
 * looked up first, so that "last" means the task that it meant when it was typed.
 * @param names those that isTaskName accepts.
 * @returns 0 only if all succeeded.
 * @throws ConnectError if there is no api to ask.
 */
export async function eachTask(
  session: Session,
  names: string[],
  act: (task: FoundTask) => Promise<void>,
): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const carryOn = async <Result>(name: string, step: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await step();
    } catch (error) {
      session.signal.throwIfAborted();
      if (!(error instanceof TaskNameError) && classifyFailure(error) !== "answered") throw error;
      session.output.complain(names.length === 1 ? explain(session, error) : `${name}: ${explain(session, error)}`);
      status = 1;
      return undefined;
    }
  };
  const found: [string, FoundTask][] = [];
  for (const name of names) {
    const task = await carryOn(name, async () => findTask(session, name));
    if (task !== undefined) found.push([name, task]);
  }
  for (const [name, task] of found) await carryOn(name, async () => act(task));
  return status;
}
