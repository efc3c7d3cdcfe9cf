import type { TaskRefusal } from "@dwld/rpc";
import { failureText } from "../connection/failure-text.ts";
import { downloads } from "../connection/transport.ts";
import { toast } from "../ui/toasts.tsx";
import { changeWords } from "../words/changes.ts";
import { actionWords } from "../words/actions.ts";
import { type ListFilter, filterMessage } from "./filter.ts";
import { store } from "./store.ts";

/** Tasks that a person chose: some, or all that a filter finds. */
export type Chosen = { readonly ids: readonly string[] } | { readonly filter: ListFilter };

/** The most ids that one call takes. */
const idsInCall = 500;

/** Starts ended tasks again. The rows change when the server says so, and not before. */
export async function retryTasks(chosen: Chosen): Promise<void> {
  await withSentence(async () => {
    const id = onlyOf(chosen);
    if (id !== undefined) {
      const { task } = await downloads.retryTask({ id });
      return task === undefined ? undefined : store.put([task]);
    }
    let retried = 0;
    const refusals: TaskRefusal[] = [];
    for (const selection of selections(chosen)) {
      const answer = await downloads.retryTasks({ selection });
      retried += Number(answer.retriedCount);
      refusals.push(...answer.refusals);
      if (answer.limit !== undefined) toast(answer.limit.message);
    }
    return sayMany(changeWords().retriedMany(retried), refusals);
  });
}

/** Cancels tasks; what was canceled by mistake is one tap away. */
export async function cancelTasks(chosen: Chosen): Promise<void> {
  const { retry } = actionWords();
  await withSentence(async () => {
    const id = onlyOf(chosen);
    if (id !== undefined) {
      const { task } = await downloads.cancelTask({ id });
      if (task !== undefined) store.put([task]);
      toast(changeWords().canceled, { action: { label: retry, run: () => void retryTasks(chosen) } });
      return;
    }
    let canceled = 0;
    const refusals: TaskRefusal[] = [];
    for (const selection of selections(chosen)) {
      const answer = await downloads.cancelTasks({ selection });
      canceled += Number(answer.canceledCount);
      refusals.push(...answer.refusals);
    }
    sayMany(changeWords().canceledMany(canceled), refusals);
  });
}

/** Ends the recording of a live stream, and keeps what there is. */
export async function keepRecording(id: string): Promise<void> {
  await withSentence(async () => {
    const { task } = await downloads.cancelTask({ id, keep: true });
    if (task !== undefined) store.put([task]);
    toast(changeWords().keeping);
  });
}

/** Returns how many tasks a filter finds, of those that may be changed. */
export async function countTasks(filter: ListFilter): Promise<number> {
  const selection = { filter: filterMessage(filter) };
  return Number((await downloads.deleteTasks({ selection, validateOnly: true })).deletedCount);
}

/** Returns the ids of all that a filter finds now, the newest first. */
export async function idsOf(filter: ListFilter, most: number): Promise<string[]> {
  const ids: string[] = [];
  for (let pageToken = ""; ;) {
    const page = await downloads.listTasks({ filter: filterMessage(filter), pageSize: 500, pageToken });
    ids.push(...page.tasks.map(({ id }) => id));
    pageToken = page.nextPageToken;
    if (pageToken === "" || ids.length >= most) return ids.slice(0, most);
  }
}

function onlyOf(chosen: Chosen): string | undefined {
  return "ids" in chosen && chosen.ids.length === 1 ? chosen.ids[0] : undefined;
}

/** Returns the selections of the calls that take all that is chosen. */
export function selections(chosen: Chosen) {
  if ("filter" in chosen) return [{ filter: filterMessage(chosen.filter) }];
  const calls = Math.ceil(chosen.ids.length / idsInCall);
  return Array.from({ length: calls }, (_, at) => ({ ids: chosen.ids.slice(at * idsInCall, (at + 1) * idsInCall) }));
}

function sayMany(done: string, refusals: readonly TaskRefusal[]): void {
  toast(done);
  const [first] = refusals;
  if (first !== undefined) toast(`${changeWords().stay(refusals.length)} ${first.error?.message ?? ""}`);
}

async function withSentence(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    toast(failureText(error));
  }
}
