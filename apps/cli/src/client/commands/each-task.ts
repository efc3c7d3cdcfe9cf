import { judgeFailure } from "../connection/call-failure.ts";
import { findTask, type FoundTask, TaskNameError } from "../connection/find-task.ts";
import type { ExitStatus } from "../../command-line/exit-status.ts";
import { explain, type Session } from "../session.ts";

/**
 * Does the same to several tasks; a name that is unclear, and what the api refuses for one, does not stop the others.
 * All names are looked up before anything is done, so that "last" means what it meant when it was typed.
 * @param names as isTaskName takes them.
 * @returns 0 only where it was done to all of them.
 * @throws where there is no api to ask.
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
      if (!(error instanceof TaskNameError) && judgeFailure(error) !== "answered") throw error;
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
