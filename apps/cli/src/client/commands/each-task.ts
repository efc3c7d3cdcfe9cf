import { oneLine } from "@dwld/text";
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
  const attempt = attempts(session, names.length > 1);
  const found: [string, FoundTask][] = [];
  for (const name of names) await attempt.of(name, async () => void found.push([name, await findTask(session, name)]));
  for (const [name, task] of found) await attempt.of(name, async () => act(task));
  return attempt.status();
}

/**
 * Acts on each of several names, which are no tasks; a refusal of the api for one does not stop the others.
 * @returns 0 only if all succeeded.
 * @throws ConnectError if there is no api to ask.
 */
export async function eachName(
  session: Session,
  names: string[],
  act: (name: string) => Promise<void>,
): Promise<ExitStatus> {
  const attempt = attempts(session, names.length > 1);
  for (const name of names) await attempt.of(name, async () => act(name));
  return attempt.status();
}

/** Makes attempts of which one that is refused is told, and remembered in the exit status. @param several whether it is told of which name. */
function attempts(session: Session, several: boolean) {
  let status: ExitStatus = 0;
  return {
    status: () => status,
    of: async (name: string, step: () => Promise<void>): Promise<void> => {
      try {
        await step();
      } catch (error) {
        session.signal.throwIfAborted();
        if (!(error instanceof TaskNameError) && classifyFailure(error) !== "answered") throw error;
        session.output.complain(several ? `${oneLine(name)}: ${explain(session, error)}` : explain(session, error));
        status = 1;
      }
    },
  };
}
