import { createHash } from "node:crypto";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DeadlineError, eventually, type SampleSite } from "@dwld/testbed";
import { type FinalNames, serverFiles } from "./final-names.ts";
import { readJournal } from "./transition-journal.ts";
import { expectedState, type Order } from "./workload.ts";
import { rows, type World } from "./world.ts";

/** The guarantees, each with the evidence against it. */
export type Verdict = { guarantee: string; against: string[] }[];

type TaskFacts = { id: string; state: string; owner: string | null; message: string | null };
type FileFacts = { id: string; state: string; sha256: string; remote_path: string; local_path: string | null };

/** How long leftovers may take to be removed, ms. */
const cleanUpMs = 90_000;

/** Checks table, server and disks after all tasks have ended, and ends dwld. */
export async function judge(
  world: World,
  orders: readonly Order[],
  finalNames: FinalNames,
): Promise<{ verdict: Verdict; transitions: number }> {
  const { table } = world;
  const tasks = await table.rows<TaskFacts>(
    "SELECT id, state, owner, failure_message AS message FROM tasks WHERE hidden = 0",
  );
  const files = await table.rows<FileFacts>(
    `SELECT tasks.id, tasks.state, sha256, remote_path, local_path FROM files JOIN tasks ON tasks.seq = task_seq
     WHERE delivered_at IS NOT NULL`,
  );
  const verdict = [
    { guarantee: "every accepted task is final, or was deleted on request", against: fates(orders, tasks) },
    { guarantee: "tasks that no client interfered with end as expected", against: ends(orders, tasks) },
    { guarantee: "delivered files are on the server, byte for byte", against: await copies(world, files) },
    { guarantee: "they are the videos that were asked for", against: await contents(world, orders, files) },
    { guarantee: "nothing else is on the server", against: await surplus(world, orders, tasks, files) },
    { guarantee: "a file is whole when it gets its final name", against: finalNames.changed() },
    { guarantee: "the source of a delivered file is deleted", against: await sources(world, files) },
    { guarantee: "no partial file is left on the server", against: await parts(world) },
    { guarantee: "no work folder is left on a disk", against: await folders(world) },
    {
      guarantee: "no process holds a task",
      against: tasks.filter(({ owner }) => owner !== null).map(({ id }) => id),
    },
    { guarantee: "the database is intact", against: await table.damage() },
  ];
  const { transitions, illegal, overruns } = await readJournal(table, world.siteParallel);
  verdict.push(
    { guarantee: "every change of state is an edge of the state machine", against: illegal },
    { guarantee: "no site has more downloads in work than it may", against: overruns },
    { guarantee: "the children of a killed process end soon", against: world.orphans.found },
    { guarantee: "no process is left when dwld has ended", against: await world.end() },
  );
  return { verdict, transitions };
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

async function copies({ ftp }: World, files: readonly FileFacts[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { id, sha256, remote_path: path } of files) {
    const hash = await hashOf(join(ftp.root, path.slice(ftp.directory.length)));
    if (hash === undefined) wrong.push(`${path} of ${id} is not there`);
    else if (hash !== sha256) wrong.push(`${path} of ${id} differs`);
  }
  return wrong;
}

/** Compares with the file of the site, where a video is one file there. */
async function contents({ sites }: World, orders: readonly Order[], files: readonly FileFacts[]): Promise<string[]> {
  const [site] = sites as readonly [SampleSite];
  const hashes = new Map<string, string | undefined>();
  for (const row of rows) if (!("format" in row)) hashes.set(row.name, await hashOf(site.mediaFile(row.name)));
  const rowOf = new Map(orders.map(({ id, row }) => [id, row]));
  return files.flatMap(({ id, sha256, remote_path: path }) => {
    const wanted = hashes.get(rowOf.get(id) ?? "");
    return wanted === undefined || wanted === sha256 ? [] : [`${path} of ${id} is not the video ${rowOf.get(id)}`];
  });
}

async function hashOf(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && createHash("sha256").update(bytes).digest("hex");
}

/** Returns files on the server that no delivery explains. A copy stays if its task is deleted or canceled after the delivery. */
async function surplus(
  { ftp }: World,
  orders: readonly Order[],
  tasks: readonly TaskFacts[],
  files: readonly FileFacts[],
): Promise<string[]> {
  const known = new Set(files.map(({ remote_path: path }) => path));
  const deleted = new Set(orders.filter(({ fate }) => fate === "deleted").map(({ userName }) => userName));
  const present = new Set(tasks.map(({ id }) => id));
  const togetherDeleted = orders.some(({ id, userName }) => userName === "together" && !present.has(id));
  const found: string[] = [];
  for (const path of await serverFiles(ftp)) {
    const [user = ""] = path.split("/");
    if (path.endsWith(".part") || known.has(`${ftp.directory}/${path}`)) continue;
    if (user === "together" ? togetherDeleted : deleted.has(user)) continue;
    found.push(path);
  }
  return found;
}

async function sources(world: World, files: readonly FileFacts[]): Promise<string[]> {
  const left: string[] = [];
  for (const { id, state, local_path: path } of files) {
    if (state !== "DONE" || path === null) continue;
    for (const place of world.placesOf(path)) if (await isThere(place)) left.push(`${place} of ${id}`);
  }
  return left;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function parts({ ftp }: World): Promise<string[]> {
  return await emptied(async () => (await serverFiles(ftp)).filter((path) => path.endsWith(".part")));
}

async function folders(world: World): Promise<string[]> {
  // The cache of yt-dlp belongs to no task.
  const ofTasks = async (folder: string) => {
    const work = join(folder, "downloads", ".dwld");
    return (await readdir(work)).filter((name) => /^[0-9a-f]{8}-/.test(name)).map((name) => join(work, name));
  };
  return await emptied(async () => (await Promise.all(world.data().map(ofTasks))).flat());
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
