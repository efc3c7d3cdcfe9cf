import { posix } from "node:path";
import { type Configuration, formatAddress } from "@dwld/daemon";

/** Returns where files go, without credentials: "ftp://host:port/directory"; empty if they stay on this machine. */
export function describeDestination(ftp: Configuration["ftp"]): string {
  return ftp === undefined ? "" : urlOf(ftp, ftp.directory);
}

/** The fields of `ftp.path` that are known before the download. */
export type KnownPath = { userName: string; folder: string; site: string; chatId: string };

/**
 * Returns where a task's files would arrive: `ftp.path` as a URL, with unknown fields still in braces. With delivery off
 * it is the folder on this machine.
 */
export function pathBy({ ftp, worker }: Pick<Configuration, "ftp" | "worker">): (task: KnownPath) => string {
  return ({ userName, folder, site, chatId }) => {
    if (ftp === undefined) return posix.join(worker.downloads, userName, folder, "/");
    const known = new Map(Object.entries({ user_name: userName, folder, site, chat_id: chatId }));
    const path = ftp.path.replaceAll(/\{(\w+)\}/g, (field, name: string) => known.get(name) ?? field);
    return urlOf(ftp, posix.join(ftp.directory, path));
  };
}

function urlOf({ host, port, tls }: NonNullable<Configuration["ftp"]>, path: string): string {
  const scheme = tls.mode === "none" ? "ftp" : "ftps";
  return `${scheme}://${formatAddress({ host, port })}/${path.replace(/^\/+/, "")}`;
}
