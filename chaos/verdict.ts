import { createHash } from "node:crypto";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { DeadlineError, eventually } from "@dwld/testbed";
import { illegalTransitions } from "./transition-journal.ts";
import { expectedState, type Wish } from "./wishes.ts";
import { tableOf, type World } from "./world.ts";

/** What has to hold in the end, each with what was seen against it. */
export type Verdict = { guarantee: string; against: string[] }[];

type TaskFacts = { id: string; state: string; owner: string | null; message: string | null };
type FileFacts = { id: string; state: string; sha256: string; remote_path: string; local_path: string | null };

/** How long what is cleaned up behind everything else may take. */
const tidyMs = 90_000;

/** Looks at the table, the server and the disk, when everything has come to rest. */
export async function judge(world: World, wishes: readonly Wish[]): Promise<Verdict> {
  const table = tableOf(world);
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
      { guarantee: "every accepted task is final, or deleted as asked", against: fates(wishes, tasks) },
      { guarantee: "what nobody interfered with ended as it should", against: ends(wishes, tasks) },
      { guarantee: "what is delivered is on the server, byte for byte", against: await copies(world, files) },
      { guarantee: "nothing else is on the server", against: await surplus(world, wishes, tasks, files) },
      { guarantee: "the source of what is delivered is gone", against: await sources(files) },
      { guarantee: "no partial file is left on the server", against: await parts(world) },
      { guarantee: "no folder of work is left on this disk", against: await folders(world) },
      {
        guarantee: "nobody holds a task any more",
        against: tasks.filter(({ owner }) => owner !== null).map(({ id }) => id),
      },
      {
        guarantee: "every change of state was a legal one",
        against: illegal.map(({ task, from, to }) => `${task}: ${from} to ${to}`),
      },
      { guarantee: "the database is whole", against: integrity === "ok" ? [] : [String(integrity)] },
    ];
  } finally {
    database.close();
  }
}

function fates(wishes: readonly Wish[], tasks: readonly TaskFacts[]): string[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return wishes.flatMap(({ id, fate, confirmed }) => {
    const state = byId.get(id)?.state;
    if (fate === "deleted" && confirmed) return state === undefined ? [] : [`${id} was deleted, and is ${state}`];
    if (state === undefined) return [`${id} was accepted, and is gone`];
    if (fate === "canceled" && confirmed) return state === "CANCELED" ? [] : [`${id} was canceled, and is ${state}`];
    return ["DONE", "FAILED", "CANCELED"].includes(state) ? [] : [`${id} is ${state}`];
  });
}

function ends(wishes: readonly Wish[], tasks: readonly TaskFacts[]): string[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return wishes
    .filter(({ fate }) => fate === "left")
    .flatMap(({ id, row }) => {
      const task = byId.get(id);
      const asExpected = task?.state === expectedState(row) || wasTakenForPoison(task);
      return asExpected ? [] : [`${row} ${id} is ${task?.state}: ${task?.message}`];
    });
}

/** Nobody can tell a task that kills its workers from one whose workers were killed so often: it says so, and ends. */
function wasTakenForPoison(task: Pick<TaskFacts, "state" | "message"> | undefined): boolean {
  return (
    task?.state === "FAILED" && /^the worker died \d+ times in a row while it had this task/.test(task.message ?? "")
  );
}

async function copies({ ftp }: World, files: readonly FileFacts[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { id, sha256, remote_path: path } of files) {
    const bytes = await readFile(join(ftp.root, path.slice(ftp.directory.length))).catch(() => undefined);
    if (bytes === undefined) wrong.push(`${path} of ${id} is not there`);
    else if (createHash("sha256").update(bytes).digest("hex") !== sha256) wrong.push(`${path} of ${id} differs`);
  }
  return wrong;
}

/** A copy that was delivered before its task was deleted stays, and so does one that was there before a cancel came. */
async function surplus(
  world: World,
  wishes: readonly Wish[],
  tasks: readonly TaskFacts[],
  files: readonly FileFacts[],
): Promise<string[]> {
  const { ftp } = world;
  const known = new Set(files.map(({ remote_path: path }) => path));
  const deleted = new Set(wishes.filter(({ fate }) => fate === "deleted").map(({ userName }) => userName));
  const present = new Set(tasks.map(({ id }) => id));
  const togetherDeleted = wishes.some(({ id, userName }) => userName === "together" && !present.has(id));
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

async function parts({ ftp }: World): Promise<string[]> {
  return await emptied(async () => (await serverFiles(ftp.root)).filter((path) => path.endsWith(".part")));
}

async function folders({ dwld }: World): Promise<string[]> {
  const work = join(dwld.data, "downloads", ".dwld");
  // The cache of yt-dlp is nobody's work.
  return await emptied(async () => (await readdir(work)).filter((name) => /^[0-9a-f]{8}-/.test(name)));
}

/** What is still there when there was time enough to remove it. */
async function emptied(look: () => Promise<string[]>): Promise<string[]> {
  try {
    await eventually("it is tidied up", async () => (await look()).length === 0, { deadlineMs: tidyMs });
    return [];
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    return await look();
  }
}
