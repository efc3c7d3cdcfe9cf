import type { Backup, Restored } from "@dwld/queue";
import { sizeText } from "@dwld/text";

/** The document of `dwld backup --json`: scripts rely on it. */
export function backupFacts(database: string, { path, sizeBytes, tasks }: Backup): object {
  return { database, backup: path, sizeBytes, tasks: sum(tasks), states: tasks };
}

export function backupText(database: string, { path, sizeBytes, tasks }: Backup): string {
  return `${path}: ${database} with ${inWords(tasks)}, ${sizeText(sizeBytes)}, found intact\n`;
}

/** The document of `dwld restore --json`: scripts rely on it. `keptAside` is null if there was nothing, `backup` with --empty. */
export function restoreFacts(backup: string | undefined, { name, keptAside, tasks }: Restored): object {
  return {
    database: name,
    backup: backup ?? null,
    keptAside: keptAside ?? null,
    tasks: sum(tasks ?? {}),
    states: tasks ?? {},
  };
}

export function restoreText(backup: string | undefined, { name, keptAside, tasks }: Restored): string {
  const now =
    backup === undefined || tasks === undefined
      ? `${name} is begun anew by the next start of dwld`
      : `${name} is ${backup} now, with ${inWords(tasks)}; start dwld`;
  const before = keptAside === undefined ? "There was nothing there before." : `What was there is now ${keptAside}`;
  return `${now}\n${before}\n`;
}

function inWords(tasks: Backup["tasks"]): string {
  const count = sum(tasks);
  const parts = Object.entries(tasks).flatMap(([state, number]) => (number === 0 ? [] : [`${number} ${state}`]));
  return `${count} ${count === 1 ? "task" : "tasks"}${count === 0 ? "" : ` (${parts.join(", ")})`}`;
}

function sum(tasks: Partial<Backup["tasks"]>): number {
  return Object.values(tasks).reduce((total, count) => total + count, 0);
}
