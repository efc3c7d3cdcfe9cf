import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { TaskState, type Task } from "@dwld/rpc";
import { taskStateName } from "../task-state-name.ts";

/** What became of a link. Each fact was looked up on this disk; none is taken from the task's word alone. */
export type Arrival =
  | { arrived: true; task: Task; name: string; sizeBytes: number; sha256: string; asServed: boolean | undefined }
  | { arrived: false; task: Task; problem: string };

export interface Expectation {
  task: Task;
  /** The file a download must equal; undefined where there is no one file that was served. */
  servedFile: string | undefined;
  /** The folder on this disk where files arrive … */
  arrivals: string;
  /** … and what tasks call it: on the FTP server, or the same where files stay. */
  named: string;
  /** False: files stay in the folder for downloads. */
  delivery: boolean;
  /** The folder for downloads, where no video of a delivered task may be left. */
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

/** What is left of a task's downloads; its folder itself is swept away later. */
async function sourcesOf(task: Task, downloads: string, extension: string): Promise<string[]> {
  const paths = await readdir(downloads, { recursive: true });
  return paths.filter((path) => path.includes(task.id) && path.endsWith(extension));
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
