import { statfsOfNearest } from "@dwld/daemon";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { sizeText } from "@dwld/text";
import type { DoctorContext } from "../check.ts";
import { failure, type Found, ok, warning } from "../finding.ts";

/** Checks the free space for the downloads, and for the task table or, if that is on a server, for all else. */
export async function checkDisk({ configuration }: DoctorContext): Promise<Found[]> {
  const { downloads, minFreeBytes } = configuration.worker;
  const data = tableFolder(configuration) ?? configuration.data;
  const [room, tableRoom] = [await freeBytes(downloads), await freeBytes(data)];
  const findings: Found[] = [];
  if (room < minFreeBytes) {
    const message = `${sizeText(room)} are free for ${downloads}, less than worker.minFreeBytes (${sizeText(minFreeBytes)})`;
    findings.push(
      failure(message, "Nothing is downloaded until there is room: free some, or lower worker.minFreeBytes."),
    );
  } else findings.push(ok(`${sizeText(room)} are free for ${downloads}`));
  if (tableRoom < leastForTable)
    findings.push(
      failure(`${sizeText(tableRoom)} are free for ${data}`, "dwld cannot write what it has to: free some space."),
    );
  return findings;
}

/** Returns the folder that the task table is in; undefined if it is on a server. */
function tableFolder({ database }: DoctorContext["configuration"]): string | undefined {
  return "path" in database ? dirname(database.path) : undefined;
}

const leastForTable = 64 * 1024 * 1024;

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfsOfNearest(path);
  return bavail * bsize;
}

/** Checks whether this user may write where dwld writes, and whether others may read its secrets. */
export async function checkPermissions({ configuration, env }: DoctorContext): Promise<Found[]> {
  const findings: Found[] = [];
  const folders = [configuration.data, tableFolder(configuration), configuration.worker.downloads];
  for (const path of new Set(folders.filter((folder) => folder !== undefined)))
    if (!(await may(await nearest(path), constants.W_OK | constants.X_OK)))
      findings.push(failure(`${path} may not be written by this user`, "Ask as the user that runs dwld, or as root."));
  for (const path of secretFiles(configuration)) {
    const mode = (await stat(path).catch(() => undefined))?.mode;
    if (mode === undefined)
      findings.push(failure(`${path} is not there, or may not be seen`, "Make the file, or name the right one."));
    else if ((mode & 0o007) !== 0) findings.push(warning(`${path} can be read by everybody`, `chmod o= ${path}`));
  }
  if (findings.length > 0) return findings;
  const user = env["USER"] ?? env["LOGNAME"];
  return [ok(`everything can be written${user === undefined ? "" : ` by ${user}`}, and no secret is open to others`)];
}

function secretFiles({ api, database, ftp, register }: DoctorContext["configuration"]): string[] {
  const ofDatabase = "url" in database ? [database.passwordFile, database.owner?.passwordFile] : [];
  const files = [api.tls?.keyFile, ...ofDatabase, ftp?.passwordFile, ...register.map(({ secretFile }) => secretFile)];
  return files.filter((path) => path !== undefined);
}

async function nearest(path: string): Promise<string> {
  return (await may(path, constants.F_OK)) || path === dirname(path) ? path : await nearest(dirname(path));
}

async function may(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
