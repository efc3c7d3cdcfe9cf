import type { Command } from "commander";
import { TaskState } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import type { DownloadClient } from "../connection/client.ts";
import { isFinal, stateWord, taskName } from "../render/task-words.ts";
import { type Candidate, candidates } from "./candidates.ts";

/** How long a person who pressed Tab waits for the api. */
const tabTimeoutMs = 500;
const mostTasks = 100;

/** Which tasks are offered to a command; all, if it is not named here. */
const isOffered: Record<string, (state: TaskState) => boolean> = {
  cancel: (state) => !isFinal(state),
  retry: (state) => state === TaskState.FAILED || state === TaskState.CANCELED,
};

/**
 * Returns the lines that the shells' scripts read: ":files", ":folders", or a word and, behind a tab, its meaning. Ids and
 * sites are left out if the api does not answer.
 */
export async function completionLines(
  program: Command,
  words: readonly string[],
  client: DownloadClient,
  signal: AbortSignal,
): Promise<string[]> {
  const found = candidates(program, words);
  const typed = words.at(-1) ?? "";
  const options = { signal, timeoutMs: tabTimeoutMs };
  switch (found.kind) {
    case "files":
    case "folders":
      return [`:${found.kind}`];
    case "words":
      return lines(found.words);
    case "tasks":
      return lines(await offered(async () => taskIds(client, found.command, typed, options)));
    case "sites":
      return lines(await offered(async () => siteNames(client, typed, options)));
  }
}

/** Ignores failures: a complaint has no place between two keys. */
async function offered(ask: () => Promise<Candidate[]>): Promise<Candidate[]> {
  return ask().catch(() => []);
}

type CallOptions = { signal: AbortSignal; timeoutMs: number };

async function taskIds(
  client: DownloadClient,
  command: string,
  typed: string,
  options: CallOptions,
): Promise<Candidate[]> {
  // The api accepts no shorter prefix.
  const filter = typed.length < 4 ? {} : { idPrefix: typed };
  const { tasks } = await client.listTasks({ filter, pageSize: mostTasks }, options);
  const isMeant = isOffered[command] ?? (() => true);
  return tasks
    .filter(({ id, state }) => id.startsWith(typed) && isMeant(state))
    .map((task) => ({
      word: task.shortId.startsWith(typed) ? task.shortId : task.id,
      meaning: `${stateWord(task.state)}: ${taskName(task)}`,
    }));
}

async function siteNames(client: DownloadClient, typed: string, options: CallOptions): Promise<Candidate[]> {
  const { sites } = await client.listSites({}, options);
  return sites.filter(({ name }) => name.startsWith(typed)).map(({ name }) => ({ word: oneLine(name), meaning: "" }));
}

function lines(words: Candidate[]): string[] {
  return words.map(({ word, meaning }) => `${word}\t${meaning}`);
}
