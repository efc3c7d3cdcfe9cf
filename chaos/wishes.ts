import { Code, ConnectError } from "@connectrpc/connect";
import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "./chance.ts";
import { type Row, rows, type World } from "./world.ts";

/** What becomes of a task after it was added: left alone, or ended by hand at some moment. */
export type Fate = "left" | "canceled" | "deleted";

/** One link that was asked for, and what was answered. */
export type Wish = {
  row: Row;
  userName: string;
  fate: Fate;
  /** Of the accepted task. */
  id: string;
  /** Whether the server has confirmed the cancel or the delete; false where it came too late. */
  confirmed: boolean;
};

/**
 * Asks for so many links, a few at a time, and ends some of the tasks at a moment of chance. A call is repeated until
 * there is an answer, with the same request id: what was answered counts.
 */
export async function wishFor(world: World, count: number, chance: Chance): Promise<Wish[]> {
  const plans = Array.from({ length: count }, (_, index) => ({
    index,
    row: chance.weighted<Row>({ small: 5, large: 3, stream: 2, breaking: 2, removed: 1 }),
    fate: chance.weighted<Fate>({ left: 8, canceled: 1, deleted: 1 }),
    // Most have a folder of their own; the others meet under the same name.
    userName: chance.next() < 0.8 ? `user-${index}` : "together",
    endAfterMs: chance.between(0, 8000),
  }));
  const waiting = [...plans];
  const wishes: Wish[] = [];
  const ends: Promise<void>[] = [];
  const ask = async (): Promise<void> => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      const { row, fate, userName, index, endAfterMs } = plan;
      // A link of its own: equal requests join.
      const link = `${world.site.pageLink(row)}?n=${index}`;
      const request = { link, userName, chatId: `chat-${index % 7}`, requestId: `wish-${index}` };
      const { task } = await insist(() => world.dwld.client.addTask(request));
      const wish: Wish = { row, userName, fate, id: task?.id ?? "", confirmed: false };
      wishes.push(wish);
      if (fate !== "left") ends.push(endLater(world, wish, endAfterMs));
    }
  };
  await Promise.all([ask(), ask(), ask(), ask()]);
  await Promise.all(ends);
  return wishes;
}

async function endLater({ dwld }: World, wish: Wish, afterMs: number): Promise<void> {
  await pause(afterMs);
  try {
    if (wish.fate === "canceled") await insist(() => dwld.client.cancelTask({ id: wish.id }));
    else await insist(() => dwld.client.deleteTask({ id: wish.id }));
    wish.confirmed = true;
  } catch (error) {
    const late =
      error instanceof ConnectError &&
      (error.code === Code.FailedPrecondition ||
        // The answer to the delete before this one was lost.
        (wish.fate === "deleted" && error.code === Code.NotFound));
    if (!late) throw error;
    wish.confirmed = wish.fate === "deleted";
  }
}

const answers: readonly Code[] = [
  Code.FailedPrecondition,
  Code.NotFound,
  Code.InvalidArgument,
  Code.AlreadyExists,
  Code.Internal,
];

/** Until there is an answer, as a client does whose server comes and goes. */
async function insist<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ConnectError) || answers.includes(error.code)) throw error;
      await pause(50);
    }
  }
}

/** What stands in the end for a row that nobody interfered with. */
export function expectedState(row: Row): "DONE" | "FAILED" {
  return "page" in (rows.find(({ name }) => name === row) ?? {}) ? "FAILED" : "DONE";
}
