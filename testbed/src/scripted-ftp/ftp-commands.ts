import { hash } from "node:crypto";
import { lstat, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join, posix } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DataConnection } from "./data-connection.ts";
import { cut, type FtpAnswer, loss, silence, usualFeatures } from "./ftp-script.ts";
import type { FtpState } from "./ftp-state.ts";

/** Answers with one or more lines; an error is answered with 550. */
type FtpCommand = (state: FtpState, argument: string) => FtpAnswer | Promise<FtpAnswer>;

/** RFC 959, and of RFC 2389, RFC 2428, RFC 3659 and the drafts for hashes what a client of today uses. */
export const ftpCommands: Record<string, FtpCommand> = {
  USER: (state, user) => {
    state.user = user;
    return "331 Password, please.";
  },
  PASS: (state, password) => {
    const { account } = state.world;
    state.loggedIn = state.user === account.user && password === account.password;
    return state.loggedIn ? "230 Logged in." : "530 Login incorrect.";
  },
  FEAT: ({ world }) => {
    const features = (world.script.features ?? usualFeatures).map((line) => ` ${line}`);
    return ["211-Features", ...features, "211 End"].join("\r\n");
  },
  OPTS: (state, options) => {
    const name = /^HASH (SHA-256|SHA-1|MD5)$/.exec(options)?.[1];
    if (name !== undefined) state.hashName = name;
    return name !== undefined || options === "UTF8 ON" ? "200 Fine." : "501 Not that.";
  },
  TYPE: () => "200 Fine.",
  NOOP: () => "200 Fine.",
  QUIT: () => cut,
  PWD: ({ folder }) => `257 "${folder.replaceAll('"', '""')}"`,
  CWD: async (state, path) => {
    if (!(await lstat(onDisk(state, path))).isDirectory()) return "550 Not a folder.";
    state.folder = posix.resolve(state.folder, path);
    return "250 Fine.";
  },
  MKD: async (state, path) => {
    await mkdir(onDisk(state, path));
    return "257 Made.";
  },
  EPSV: async (state) => `229 Entering Extended Passive Mode (|||${await listen(state)}|)`,
  PASV: async (state) => {
    const port = await listen(state);
    const address = state.world.script.passiveAddress ?? "127,0,0,1";
    return `227 Entering Passive Mode (${address},${Math.floor(port / 256)},${port % 256})`;
  },
  REST: (state, bytes) => {
    state.startAt = Number(bytes);
    return `350 Restarting at ${bytes}.`;
  },
  STOR: (state, path) => store(state, path, state.world.script.ignoresRest === true ? 0 : state.startAt),
  APPE: async (state, path) => await store(state, path, await sizeOf(state, path).catch(() => 0)),
  RETR: async (state, path) => {
    const bytes = await readFile(onDisk(state, path));
    return await send(state, bytes.subarray(state.startAt));
  },
  LIST: (state) =>
    list(state, (name, { size, type }) => `${type === "dir" ? "d" : "-"}rw-r--r-- 1 0 0 ${size} Jan 01 2020 ${name}`),
  MLSD: (state) => list(state, (name, { size, type }) => `type=${type};size=${size}; ${name}`),
  SIZE: async (state, path) => `213 ${await toldSize(state, path)}`,
  MLST: async (state, path) => `250-Facts\r\n type=file;size=${await toldSize(state, path)}; ${path}\r\n250 End`,
  HASH: async (state, path) => {
    const told = await toldHash(state, path, state.hashName);
    return `213 ${state.hashName} 0-${await sizeOf(state, path)} ${told} ${path}`;
  },
  XSHA256: async (state, path) => `250 ${await toldHash(state, path.replace(/^"(.*)"$/u, "$1"), "SHA-256")}`,
  RNFR: async (state, path) => {
    await lstat(onDisk(state, path));
    state.renamed = onDisk(state, path);
    return "350 And to what?";
  },
  RNTO: async (state, path) => {
    if (state.renamed === undefined) return "503 From what?";
    await rename(state.renamed, onDisk(state, path));
    return "250 Renamed.";
  },
  DELE: async (state, path) => {
    await rm(onDisk(state, path));
    return "250 Gone.";
  },
};

/** Resolves ".." first, so that no path leads out of the folder. */
function onDisk({ world, folder }: FtpState, path: string): string {
  return join(world.jail, posix.resolve(folder, path));
}

async function sizeOf(state: FtpState, path: string): Promise<number> {
  const status = await lstat(onDisk(state, path));
  if (!status.isFile()) throw new Error("not a plain file");
  return status.size;
}

async function toldSize(state: FtpState, path: string): Promise<string> {
  const bytes = await sizeOf(state, path);
  return state.world.script.size?.(bytes) ?? String(bytes);
}

async function toldHash(state: FtpState, path: string, name: string): Promise<string> {
  const computed = hash(name.replace("-", ""), await readFile(onDisk(state, path)));
  return state.world.script.hash?.(computed) ?? computed;
}

async function listen(state: FtpState): Promise<number> {
  state.data?.close();
  state.data = await DataConnection.listen();
  return state.data.port;
}

async function store(state: FtpState, path: string, startAt: number): Promise<FtpAnswer> {
  const { data, world, say } = state;
  if (data === undefined) return "425 Use EPSV first.";
  const file = await open(onDisk(state, path), startAt === 0 ? "w" : "r+");
  await say("150 Go on.");
  const end = await data.receive(file, startAt, world.script.upload);
  if (end === silence) return silence;
  if (end === undefined || end === loss) data.close();
  else {
    await data.reset();
    await pause(world.script.upload?.afterMs ?? 0);
  }
  return end === undefined || end === loss ? "226 Got it." : end;
}

async function send({ data, say }: FtpState, bytes: Buffer): Promise<FtpAnswer> {
  if (data === undefined) return "425 Use EPSV first.";
  await say("150 Here it comes.");
  await data.send(bytes);
  data.close();
  return "226 That was it.";
}

type Facts = { size: number; type: "file" | "dir" };

async function list(state: FtpState, line: (name: string, facts: Facts) => string): Promise<FtpAnswer> {
  const folder = onDisk(state, ".");
  const lines: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const { size } = await lstat(join(folder, entry.name));
    lines.push(`${line(entry.name, { size, type: entry.isDirectory() ? "dir" : "file" })}\r\n`);
  }
  return await send(state, Buffer.from(lines.join("")));
}
