import { createHash } from "node:crypto";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { DeadlineError, eventually } from "@dwld/testbed";
import { type System, tableOf } from "./system.ts";
import { illegalTransitions } from "./transition-journal.ts";
import { expectedState, type Order } from "./workload.ts";

/** The guarantees, each with the evidence against it. */
export type Verdict = { guarantee: string; against: string[] }[];

type TaskFacts = { id: string; state: string; owner: string | null; message: string | null };
type FileFacts = { id: string; state: string; sha256: string; remote_path: string; local_path: string | null };

/** How long leftovers may take to be removed, ms. */
const cleanUpMs = 90_000;

/** Checks table, server and disk after all tasks have ended. */
export async function judge(system: System, orders: readonly Order[]): Promise<Verdict> {
  const table = tableOf(system);
  const database = new BetterSqlite3(table, { readonly: true, timeout: 10_000 });
  try {
    const tasks = database
      .prepare<[], TaskFacts>("SELECT id, state, owner, failure_message AS message FROM tasks WHERE hidden = 0")
      .all();
    const files = database
      .prepare<[], FileFacts>(
        `SELECT tasks.id, tasks.state, sha256, remote_path, local_path FROM files JOIN tasks ON tasks.seq = task_seq
         WHERE delivered_at IS NOT NULL`,
      )
      .all();
    const { illegal } = illegalTransitions(table);
    const integrity = database.pragma("integrity_check", { simple: true });
    return [
      { guarantee: "every accepted task is final, or was deleted on request", against: fates(orders, tasks) },
      { guarantee: "tasks that no client interfered with end as expected", against: ends(orders, tasks) },
      { guarantee: "delivered files are on the server, byte for byte", against: await copies(system, files) },
      { guarantee: "nothing else is on the server", against: await surplus(system, orders, tasks, files) },
      { guarantee: "the source of a delivered file is deleted", against: await sources(files) },
      { guarantee: "no partial file is left on the server", against: await parts(system) },
      { guarantee: "no work folder is left on this disk", against: await folders(system) },
      {
        guarantee: "no process holds a task",
        against: tasks.filter(({ owner }) => owner !== null).map(({ id }) => id),
      },
      {
        guarantee: "every change of state is an edge of the state machine",
        against: illegal.map(({ task, from, to }) => `${task}: ${from} to ${to}`),
      },
      { guarantee: "the database is intact", against: integrity === "ok" ? [] : [String(integrity)] },
    ];
  } finally {
    database.close();
  }
}

function fates(orders: readonly Order[], tasks: readonly TaskFacts[]): string[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return orders.flatMap(({ id, fate, confirmed }) => {
    const state = byId.get(id)?.state;
    if (fate === "deleted" && confirmed) return state === undefined ? [] : [`${id} was deleted, and is ${state}`];
    if (state === undefined) return [`${id} was accepted, and is gone`];
    if (fate === "canceled" && confirmed) return state === "CANCELED" ? [] : [`${id} was canceled, and is ${state}`];
    return ["DONE", "FAILED", "CANCELED"].includes(state) ? [] : [`${id} is ${state}`];
  });
}

function ends(orders: readonly Order[], tasks: readonly TaskFacts[]): string[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return orders
    .filter(({ fate }) => fate === "left")
    .flatMap(({ id, row }) => {
      const task = byId.get(id);
      const asExpected = task?.state === expectedState(row) || isPoisonTask(task);
      return asExpected ? [] : [`${row} ${id} is ${task?.state}: ${task?.message}`];
    });
}

/** A task whose workers were killed too often in a row fails, since nothing tells it from a task that kills them. */
function isPoisonTask(task: Pick<TaskFacts, "state" | "message"> | undefined): boolean {
  return (
    task?.state === "FAILED" && /^the worker died \d+ times in a row while it had this task/.test(task.message ?? "")
  );
}

async function copies({ ftp }: System, files: readonly FileFacts[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { id, sha256, remote_path: path } of files) {
    const bytes = await readFile(join(ftp.root, path.slice(ftp.directory.length))).catch(() => undefined);
    if (bytes === undefined) wrong.push(`${path} of ${id} is not there`);
    else if (createHash("sha256").update(bytes).digest("hex") !== sha256) wrong.push(`${path} of ${id} differs`);
  }
  return wrong;
}

/** Returns files on the server that no delivery explains. A copy stays if its task is deleted or canceled after the delivery. */
async function surplus(
  system: System,
  orders: readonly Order[],
  tasks: readonly TaskFacts[],
  files: readonly FileFacts[],
): Promise<string[]> {
  const { ftp } = system;
  const known = new Set(files.map(({ remote_path: path }) => path));
  const deleted = new Set(orders.filter(({ fate }) => fate === "deleted").map(({ userName }) => userName));
  const present = new Set(tasks.map(({ id }) => id));
  const togetherDeleted = orders.some(({ id, userName }) => userName === "together" && !present.has(id));
  const found: string[] = [];
  for (const path of await serverFiles(ftp.root)) {
    const [user = ""] = path.split("/");
    if (path.endsWith(".part") || known.has(`${ftp.directory}/${path}`)) continue;
    if (user === "together" ? togetherDeleted : deleted.has(user)) continue;
    found.push(path);
  }
  return found;
}

async function serverFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

async function sources(files: readonly FileFacts[]): Promise<string[]> {
  const left: string[] = [];
  for (const { id, state, local_path: path } of files) {
    if (state !== "DONE" || path === null) continue;
    const there = await access(path)
      .then(() => true)
      .catch(() => false);
    if (there) left.push(`${path} of ${id}`);
  }
  return left;
}

async function parts({ ftp }: System): Promise<string[]> {
  return await emptied(async () => (await serverFiles(ftp.root)).filter((path) => path.endsWith(".part")));
}

async function folders({ dwld }: System): Promise<string[]> {
  const work = join(dwld.data, "downloads", ".dwld");
  // The cache of yt-dlp belongs to no task.
  return await emptied(async () => (await readdir(work)).filter((name) => /^[0-9a-f]{8}-/.test(name)));
}

/** Returns what is left after `cleanUpMs`. */
async function emptied(look: () => Promise<string[]>): Promise<string[]> {
  try {
    await eventually("the leftovers are removed", async () => (await look()).length === 0, { deadlineMs: cleanUpMs });
    return [];
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    return await look();
  }
}
