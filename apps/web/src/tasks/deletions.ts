import { Code, ConnectError } from "@connectrpc/connect";
import { failureText } from "../connection/failure-text.ts";
import { downloads } from "../connection/transport.ts";
import { toast } from "../ui/toasts.tsx";
import { actionWords } from "../words/actions.ts";
import { changeWords } from "../words/changes.ts";
import { selections } from "./change-tasks.ts";
import { type Deletion, readDeletions, writeDeletions } from "./pending-deletions.ts";
import { isFinal } from "./sections.ts";
import { store } from "./store.ts";
import { taskName } from "./task-facts.ts";

const wayBackMs = 10_000;
/** Time that the tab of a deletion has to carry it out before another one does. */
const leadMs = 2000;
const notFound: number = Code.NotFound;
const longestNameCharacters = 60;

/** Takes tasks out of sight at once, and deletes them ten seconds later unless the person takes it back. */
export function deleteTasks(ids: readonly string[], deletesFiles = false): void {
  const deletion = { key: `${Date.now()}-${ids[0]}`, ids, deletesFiles, dueMs: Date.now() + wayBackMs };
  const text = sentence(ids);
  writeDeletions([...readDeletions(), deletion]);
  schedule(deletion);
  toast(text, { forMs: wayBackMs, action: { label: actionWords().undo, run: () => drop(deletion) } });
}

const scheduled = new Set<string>();

/** Carries out what an earlier page left, or a tab that was closed. */
export function resumeDeletions(): void {
  for (const deletion of readDeletions()) if (!scheduled.has(deletion.key)) schedule(deletion, leadMs);
}

function sentence(ids: readonly string[]): string {
  const words = changeWords();
  const tasks = ids.map((id) => store.task(id)?.peek()).filter((task) => task !== undefined);
  const [first] = tasks;
  const name = ids.length === 1 && first !== undefined ? taskName(first, longestNameCharacters) : "";
  const said = name === "" ? words.deletedMany(ids.length) : words.deleted(name);
  return tasks.every((task) => isFinal(task)) ? said : `${said} ${words.stopped}`;
}

function schedule(deletion: Deletion, afterMs = 0): void {
  scheduled.add(deletion.key);
  setTimeout(() => void carryOut(deletion), Math.max(0, deletion.dueMs - Date.now()) + afterMs);
}

async function carryOut(deletion: Deletion): Promise<void> {
  // Another tab may have carried the deletion out, or taken it back.
  if (!readDeletions().some(({ key }) => key === deletion.key)) return;
  try {
    const refusal = await send(deletion);
    if (refusal === undefined) store.remove(deletion.ids);
    else toast(changeWords().backAgain(refusal));
  } catch (error) {
    toast(changeWords().backAgain(failureText(error)));
  } finally {
    drop(deletion);
  }
}

/** Returns why some are not deleted; undefined if all are, or were before. @throws ConnectError */
async function send({ ids, deletesFiles: deleteFiles }: Deletion): Promise<string | undefined> {
  const [only, ...others] = ids;
  if (only !== undefined && others.length === 0) {
    await downloads.deleteTask({ id: only, deleteFiles }).catch((error: unknown) => {
      if (ConnectError.from(error).code !== Code.NotFound) throw error;
    });
    return undefined;
  }
  const refused: string[] = [];
  for (const selection of selections({ ids })) {
    const { refusals } = await downloads.deleteTasks({ selection, deleteFiles });
    for (const { error } of refusals) if (error !== undefined && error.code !== notFound) refused.push(error.message);
  }
  return refused[0];
}

function drop({ key }: Deletion): void {
  writeDeletions(readDeletions().filter((each) => each.key !== key));
}
