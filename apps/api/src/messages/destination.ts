import { posix } from "node:path";
import { type Configuration, formatAddress } from "@dwld/daemon";

/** Returns where files go, without credentials: "ftp://host:port/directory"; empty if they stay on this machine. */
export function describeDestination(ftp: Configuration["ftp"]): string {
  return ftp === undefined ? "" : urlOf(ftp, ftp.directory);
}

/** The fields of `ftp.path` that are known before the download. */
export type KnownPath = { userName: string; folder: string; site: string; chatId: string };

/** @param seesMachine whether its viewer is told what stands before the task's own part. */
export type PathOf = (task: KnownPath, seesMachine: boolean) => string;

/**
 * Returns where a task's files would arrive: `ftp.path` as a URL, with unknown fields still in braces. With delivery off
 * it is the folder on this machine.
 */
export function pathBy({ ftp, worker }: Pick<Configuration, "ftp" | "worker">): PathOf {
  return (task, seesMachine) => {
    const path = ftp === undefined ? posix.join(task.userName, task.folder, "/") : fillIn(ftp.path, task);
    if (!seesMachine) return posix.join("/", path).slice(1);
    return ftp === undefined ? posix.join(worker.downloads, path) : urlOf(ftp, posix.join(ftp.directory, path));
  };
}

function fillIn(path: string, { userName, folder, site, chatId }: KnownPath): string {
  const known = new Map(Object.entries({ user_name: userName, folder, site, chat_id: chatId }));
  return path.replaceAll(/\{(\w+)\}/g, (field, name: string) => known.get(name) ?? field);
}

function urlOf({ host, port, tls }: NonNullable<Configuration["ftp"]>, path: string): string {
  const scheme = tls.mode === "none" ? "ftp" : "ftps";
  return `${scheme}://${formatAddress({ host, port })}/${path.replace(/^\/+/, "")}`;
}
