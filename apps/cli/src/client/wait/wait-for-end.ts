import { oneLine } from "@dwld/text";
import { minuteMs } from "@dwld/timing";
import { isCallFailure } from "../connection/call-failure.ts";
import { deletedText, idText, stateText } from "../render/look.ts";
import { detailText, taskName } from "../render/task-words.ts";
import { type ExitStatus, unheardStatus } from "../../command-line/exit-status.ts";
import { explain, type Session } from "../session.ts";
import type { TaskTracker } from "./task-tracker.ts";
import { chooseDisplay } from "./wait-display.ts";
import { waitForTasks, type WaitOptions } from "./wait-for-tasks.ts";

/** How long an api that is away is tried again by default: a restart or an upgrade takes less. */
export const defaultRetryMs = 5 * minuteMs;

/**
 * Waits for the end of the tracker's tasks, shows it, and prints a summary if there are several.
 * @param refused links that did not become tasks.
 * @returns 0 only if all tasks are DONE; 1 also if the signal tells that nobody reads any more; `unheardStatus` if the api stayed away.
 */
export async function waitForEnd(
  session: Session,
  tracker: TaskTracker,
  options: WaitOptions,
  refused: readonly string[] = [],
): Promise<ExitStatus> {
  const { output, signal, clock } = session;
  const given = tracker.tasks.length + refused.length;
  const display = chooseDisplay(output, tracker, clock);
  try {
    display.begin(tracker.tasks);
    await waitForTasks(session, tracker, display, options);
  } catch (error) {
    display.end();
    if (signal.aborted && output.gone.aborted) return 1;
    const going = goingOn(tracker);
    if (signal.aborted) {
      output.complain(`no longer waiting; ${going} (dwld list, dwld cancel)`);
      throw error;
    }
    if (!isCallFailure(error)) throw error;
    output.complain(`${explain(session, error)}; gave up waiting, ${going} (dwld watch, when the api is back)`);
    return unheardStatus;
  }
  display.end();
  if (given + tracker.tasks.length > 2) output.say(...summary(session, tracker, refused));
  return tracker.lost.length === 0 ? 0 : 1;
}

function goingOn({ open }: TaskTracker): string {
  return open.length === 1 ? "the task goes on" : `${open.length} tasks go on`;
}

function summary({ output, clock }: Session, tracker: TaskTracker, refused: readonly string[]): string[] {
  const { tasks, lost, leftOut } = tracker;
  const { look } = output;
  const wanted = tasks.length - leftOut.length;
  return [
    `${wanted - lost.length} of ${wanted + refused.length} done`,
    ...(leftOut.length === 0 ? [] : [`  ${leftOut.length} left out, uploaded on other days`]),
    ...lost.map((task) => {
      const word = tracker.isDeleted(task.id) ? deletedText(look) : stateText(task.state, look);
      const parts = [`  ${word}`, idText(task, look), taskName(task), detailText(task, clock.nowMs())];
      return parts.filter((part) => part !== "").join("  ");
    }),
    ...refused.map((link) => `  not added  ${oneLine(link)}`),
  ];
}
