import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { TaskState, type Task } from "@dwld/rpc";
import { taskStateName } from "../task-state-name.ts";

/** The result of a link. Each fact was checked on this disk, not taken from the task. */
export type Arrival =
  | { arrived: true; task: Task; name: string; sizeBytes: number; sha256: string; asServed: boolean | undefined }
  | { arrived: false; task: Task; problem: string };

export interface Expectation {
  task: Task;
  /** The file that a download must equal; undefined if the site serves no single file. */
  servedFile: string | undefined;
  /** The folder on this disk where files arrive. */
  arrivals: string;
  /** The same folder as tasks name it: its path on the FTP server, or on this disk if files stay. */
  named: string;
  /** False if files stay in the download folder. */
  delivery: boolean;
  /** The download folder, in which no video of a delivered task may remain. */
  downloads: string;
}

/** Compares what a task says of its file with the file. */
export async function checkArrival(expectation: Expectation): Promise<Arrival> {
  const { task, servedFile, arrivals, named, delivery, downloads } = expectation;
  const missed = (problem: string): Arrival => ({ arrived: false, task, problem });
  if (task.state !== TaskState.DONE)
    return missed(`${taskStateName(task.state)}: ${task.failure?.message ?? "no reason"}`);
  const [file, another] = task.files;
  if (file === undefined || another !== undefined) return missed(`it has ${task.files.length} files, not one`);

  const name = relative(named, delivery ? file.remotePath : file.localPath);
  const path = join(arrivals, name);
  const sizeBytes = (await stat(path)).size;
  if (BigInt(sizeBytes) !== file.sizeBytes) return missed(`${name} has ${sizeBytes} bytes, not ${file.sizeBytes}`);
  const sha256 = await hashFile(path);
  if (sha256 !== file.sha256) return missed(`${name} has the sha256 ${sha256}, not ${file.sha256}`);
  const asServed = servedFile === undefined ? undefined : sha256 === (await hashFile(servedFile));
  if (asServed === false) return missed(`${name} is not what the site served`);
  const [left] = delivery ? await sourcesOf(task, downloads, extname(name)) : [];
  if (left !== undefined) return missed(`its source is still there: ${left}`);
  return { arrived: true, task, name, sizeBytes, sha256, asServed };
}

/** Returns files of a task that are left in the download folder. */
async function sourcesOf(task: Task, downloads: string, extension: string): Promise<string[]> {
  const paths = await readdir(downloads, { recursive: true });
  return paths.filter((path) => path.includes(task.id) && path.endsWith(extension));
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
