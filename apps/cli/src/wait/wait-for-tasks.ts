import { Code, ConnectError } from "@connectrpc/connect";
import { followTasks } from "../connection/follow-tasks.ts";
import { repeatCall } from "../connection/repeat-call.ts";
import { explain, type Session } from "../session.ts";
import type { TaskTracker } from "./task-tracker.ts";
import type { WaitDisplay } from "./wait-display.ts";

const PATIENCE_MS = 60_000;
const ENTRIES_PER_PAGE = 500;

/**
 * Waits until all tasks of the tracker, and the entries of those that are playlists, are final or deleted.
 * @param chatId the chat that all of them belong to.
 * @throws ConnectError where the server says no or stays away; the reason of the session's signal.
 */
export async function waitForTasks(
  session: Session,
  chatId: string,
  tracker: TaskTracker,
  display: WaitDisplay,
): Promise<void> {
  await askForMissing(session, tracker, display);
  if (tracker.isComplete) return;
  const { client, signal, clock } = session;
  for await (const heard of followTasks(client, { chatId }, { signal, clock, met: true })) {
    switch (heard.kind) {
      case "lost":
        display.trouble(`${explain(session, heard.error)}; the tasks go on, trying again`);
        break;
      case "back":
        display.trouble(undefined);
        break;
      case "message":
        display.show(tracker.take(heard.message));
        await askForMissing(session, tracker, display);
    }
    if (tracker.isComplete) return;
  }
}

/** Asks for what the stream does not tell: tasks that a snapshot passed over, entries of a playlist that has ended. */
async function askForMissing(session: Session, tracker: TaskTracker, display: WaitDisplay): Promise<void> {
  const { client, signal, clock } = session;
  const ask = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    let troubled = false;
    const onRepeat = (error: unknown): void => {
      troubled = true;
      display.trouble(`${explain(session, error)}; the tasks go on, trying again`);
    };
    const answer = await repeatCall(call, { signal, clock, patienceMs: PATIENCE_MS, met: true, onRepeat });
    if (troubled) display.trouble(undefined);
    return answer;
  };
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
      const request = { filter: { parentId }, pageSize: ENTRIES_PER_PAGE, pageToken };
      const page = await ask(async () => client.listTasks(request, { signal }));
      for (const task of page.tasks) display.show(tracker.add(task));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    tracker.entriesKnown(parentId);
  }
}
