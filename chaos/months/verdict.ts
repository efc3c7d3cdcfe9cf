import { createHash, X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:tls";
import { FailureClass, type Task, TaskState } from "@dwld/rpc";
import { dwldCommand, eventually } from "@dwld/testbed";
import { execa } from "execa";
import { serverFiles } from "../final-names.ts";
import type { Verdict } from "../verdict.ts";
import { lastGoodVersion } from "./calendar.ts";
import type { House } from "./house.ts";
import type { Order } from "./live.ts";

/** The operator is to be told fewer things than this in two months. */
const tooManyMessages = 10;

/** A person reads as many in a quarter of an hour. */
const mostLogLines = 60;

/** A line of the log that an operator should know of. */
export type LogLine = { readonly time: string; readonly app: string; readonly level: string; readonly text: string };

/** Checks what is promised, after two months. */
export async function judge(house: House, orders: readonly Order[]): Promise<{ verdict: Verdict; log: LogLine[] }> {
  const { tasks } = await allTasks(house);
  const log = warnings(house);
  const verdict = [
    { guarantee: "everything asked for has arrived, or its person was told why not", against: fates(orders, tasks) },
    { guarantee: "what has arrived is on the server, byte for byte", against: await copies(house, tasks) },
    { guarantee: "nothing else is on the server, and no part", against: await surplus(house, tasks) },
    { guarantee: "no work folder is left on the disk", against: await folders(house) },
    { guarantee: `the operator got fewer than ${tooManyMessages} messages`, against: messageCount(house) },
    { guarantee: "each trouble was told once, and its end", against: messagePairs(house) },
    { guarantee: "the renewed certificate is served", against: await certificate(house) },
    {
      guarantee: `the log has at most ${mostLogLines} warnings`,
      against: log.length > mostLogLines ? [`${log.length}`] : [],
    },
    { guarantee: "yt-dlp is the newest that works", against: await versions(house) },
    { guarantee: "dwld stats counts what arrived and failed", against: await statistics(house, tasks) },
    { guarantee: "dwld logs ID leads through all processes", against: await logOf(house, orders, tasks) },
  ];
  return { verdict, log };
}

async function versions({ client }: House): Promise<string[]> {
  const { processes } = await client.getStatus({});
  return processes
    .filter(({ app, ytdlpVersion }) => app === "worker" && ytdlpVersion !== lastGoodVersion)
    .map(({ ytdlpVersion }) => `it is ${ytdlpVersion}, not ${lastGoodVersion}`);
}

async function allTasks({ client }: House): Promise<{ tasks: Task[] }> {
  const tasks: Task[] = [];
  let pageToken = "";
  do {
    const page = await client.listTasks({ pageSize: 500, pageToken });
    tasks.push(...page.tasks);
    ({ nextPageToken: pageToken } = page);
  } while (pageToken !== "");
  return { tasks };
}

function fates(orders: readonly Order[], tasks: readonly Task[]): string[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return orders.flatMap(({ id, wish }) => {
    const task = byId.get(id);
    if (task === undefined) return [`${wish} ${id} is gone`];
    const { state, failure } = task;
    // While the cookies of the account are too old, its videos fail.
    const mayFail = wish === "removed" || (wish === "members" && failure?.failureClass === FailureClass.LOGIN_REQUIRED);
    const wasTold = (failure?.advice ?? []).length > 0;
    return (state === TaskState.DONE && wish !== "removed") || (state === TaskState.FAILED && mayFail && wasTold)
      ? []
      : [`${wish} ${id} is ${state}: ${failure?.message ?? ""} ${task.wait?.text[0]?.text ?? ""}`];
  });
}

function delivered(tasks: readonly Task[]): { path: string; sha256: string }[] {
  return tasks
    .filter(({ state }) => state === TaskState.DONE)
    .flatMap(({ files }) => files.map(({ remotePath, sha256 }) => ({ path: remotePath, sha256 })));
}

async function copies({ ftp }: House, tasks: readonly Task[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { path, sha256 } of delivered(tasks)) {
    const bytes = await readFile(join(ftp.root, path.slice(ftp.directory.length))).catch(() => undefined);
    if (bytes === undefined) wrong.push(`${path} is not there`);
    else if (createHash("sha256").update(bytes).digest("hex") !== sha256) wrong.push(`${path} differs`);
  }
  return wrong;
}

async function surplus({ ftp }: House, tasks: readonly Task[]): Promise<string[]> {
  const known = new Set(delivered(tasks).map(({ path }) => path));
  return (await serverFiles(ftp)).filter((path) => !known.has(`${ftp.directory}/${path}`));
}

async function folders({ dwld, disk }: House): Promise<string[]> {
  const work = join(disk === undefined ? join(dwld.data, "downloads") : join(disk.path, "downloads"), ".dwld");
  const left = async () => (await readdir(work)).filter((name) => /^[0-9a-f]{8}-/.test(name));
  await eventually("the folders are removed", async () => (await left()).length === 0).catch(() => undefined);
  return await left();
}

function messageCount({ operator }: House): string[] {
  const { length } = operator.messages;
  return length < tooManyMessages ? [] : [`${length} messages`];
}

/** A condition begins and ends in turn. */
function messagePairs({ operator }: House): string[] {
  const open = new Set<string>();
  const wrong: string[] = [];
  for (const { began, ended } of operator.messages) {
    for (const kind of ended) if (!open.delete(kind)) wrong.push(`${kind} ended without a beginning`);
    for (const kind of began) if (open.has(kind)) wrong.push(`${kind} was told twice`);
    for (const kind of began) open.add(kind);
  }
  // A version of yt-dlp that was taken back stays so.
  open.delete("update");
  return [...wrong, ...[...open].map((kind) => `${kind} never ended`)];
}

async function certificate({ dwld, certificate: { certificateFile } }: House): Promise<string[]> {
  const [host = "", port = ""] = dwld.addresses.http.split(":");
  const wanted = new X509Certificate(await readFile(certificateFile)).fingerprint256;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
  socket.once("secureConnect", () => {
    resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? "");
    socket.destroy();
  });
  socket.once("error", reject);
  return (await promise) === wanted ? [] : ["another one is served"];
}

/** Runs a command of this machine at the time of the house. */
async function command({ dwld, clock }: House, ...args: string[]): Promise<string> {
  const { NODE_OPTIONS: _, ...environment } = clock.environment;
  const env = { ...environment, DWLD_DATA: dwld.data };
  return (await execa(dwldCommand, args, { env })).stdout;
}

async function statistics(house: House, tasks: readonly Task[]): Promise<string[]> {
  const { total } = JSON.parse(await command(house, "stats", "--since", "70d", "--json")) as {
    total: { arrived: number; failed: number };
  };
  const count = (wanted: TaskState) => tasks.filter(({ state }) => state === wanted).length;
  const [arrived, failed] = [count(TaskState.DONE), count(TaskState.FAILED)];
  return total.arrived === arrived && total.failed === failed
    ? []
    : [`it says ${total.arrived} and ${total.failed}, not ${arrived} and ${failed}`];
}

async function logOf(house: House, orders: readonly Order[], tasks: readonly Task[]): Promise<string[]> {
  const done = orders.findLast(({ id }) => tasks.some((task) => task.id === id && task.state === TaskState.DONE));
  if (done === undefined) return ["nothing has arrived"];
  const lines = (await command(house, "logs", done.id, "--data", house.dwld.data)).split("\n");
  const found = new Set(lines.map((line) => (JSON.parse(line) as { app: string }).app));
  return ["api", "worker", "ftp-sender"].filter((app) => !found.has(app)).map((app) => `no line of ${app}`);
}

function warnings({ dwld }: House): LogLine[] {
  return dwld
    .output("up")
    .split("\n")
    .flatMap((line): LogLine[] => {
      if (line === "") return [];
      if (!line.startsWith("{")) return [{ time: "", app: "", level: "", text: line }];
      const { time, app, level, msg, err, ...fields } = JSON.parse(line) as Record<string, string> & {
        err?: { message: string };
      };
      if (level === "info" || level === "debug") return [];
      const { failureClass, message, task_id: task } = fields;
      const text = [msg, err?.message, failureClass, message, task?.slice(0, 13)]
        .filter((part) => part !== undefined)
        .join("  ");
      return [{ time: time ?? "", app: app ?? "", level: level ?? "", text }];
    });
}
