import { Code, ConnectError } from "@connectrpc/connect";
import { followTasks } from "../connection/follow-tasks.ts";
import { repeatCall } from "../connection/repeat-call.ts";
import { spanText } from "../render/quantities.ts";
import { explain, type Session } from "../session.ts";
import type { TaskTracker } from "./task-tracker.ts";
import type { WaitDisplay } from "./wait-display.ts";

const entriesPerPage = 500;

export type WaitOptions = {
  /** A filter that all of the tasks pass. */
  filter: { chatId?: string };
  /** How long an api that is away is tried again, ms. */
  retryMs: number;
};

/**
 * Waits until all tasks of the tracker, and the entries of those that are playlists, are final or deleted.
 * @throws ConnectError if the server refuses or stays away; the reason of the session's signal.
 */
export async function waitForTasks(
  session: Session,
  tracker: TaskTracker,
  display: WaitDisplay,
  { filter, retryMs }: WaitOptions,
): Promise<void> {
  const trouble = (error: unknown): void =>
    display.trouble(
      `the api is away, the tasks go on; trying again for ${spanText(retryMs)}: ${explain(session, error)}`,
    );
  const ask = asker(session, display, trouble, retryMs);
  await askForMissing(session, tracker, display, ask);
  if (tracker.isComplete) return;
  const { client, signal, clock } = session;
  for await (const heard of followTasks(client, filter, { signal, clock, retryMs, reached: true })) {
    switch (heard.kind) {
      case "lost":
        trouble(heard.error);
        break;
      case "back":
        display.trouble(undefined);
        break;
      case "message":
        display.show(tracker.take(heard.message));
        await askForMissing(session, tracker, display, ask);
    }
    if (tracker.isComplete) return;
  }
}

/** Makes a call, and repeats it while the api is away. */
type Ask = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

function asker(
  { signal, clock }: Session,
  display: WaitDisplay,
  trouble: (error: unknown) => void,
  retryMs: number,
): Ask {
  return async (call) => {
    let troubled = false;
    const onRepeat = (error: unknown): void => {
      troubled = true;
      trouble(error);
    };
    const answer = await repeatCall(call, { signal, clock, retryMs, reached: true, onRepeat });
    if (troubled) display.trouble(undefined);
    return answer;
  };
}

/** Asks for tasks that the stream does not have: those missing in a snapshot, and entries of a playlist that has ended. */
async function askForMissing(
  { client, signal }: Session,
  tracker: TaskTracker,
  display: WaitDisplay,
  ask: Ask,
): Promise<void> {
  for (const id of tracker.unsure) {
    try {
      const { task } = await ask(async () => client.getTask({ id }, { signal }));
      display.show(task === undefined ? [] : tracker.add(task));
    } catch (error) {
      if (ConnectError.from(error).code !== Code.NotFound) throw error;
      display.show(tracker.delete(id));
    }
  }
  for (let [parentId] = tracker.unlisted; parentId !== undefined; [parentId] = tracker.unlisted) {
    let pageToken = "";
    do {
      const request = { filter: { parentId }, pageSize: entriesPerPage, pageToken };
      const page = await ask(async () => client.listTasks(request, { signal }));
      for (const task of page.tasks) display.show(tracker.add(task));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    tracker.entriesKnown(parentId);
  }
}
