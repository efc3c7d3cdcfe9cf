import { posix } from "node:path";
import { type Configuration, formatAddress } from "@dwld/daemon";

/** Where files go, without credentials: "ftp://host:port/directory"; empty where they stay. */
export function describeDestination(ftp: Configuration["ftp"]): string {
  return ftp === undefined ? "" : urlOf(ftp, ftp.directory);
}

/** The folder that a task's files arrive in: on the server, as a URL, or where delivery is off on this machine. */
export function folderBy({
  ftp,
  worker,
}: Pick<Configuration, "ftp" | "worker">): (task: { userName: string; folder: string }) => string {
  return ({ userName, folder }) =>
    ftp === undefined
      ? posix.join(worker.downloads, userName, folder)
      : urlOf(ftp, posix.join(ftp.directory, userName, folder));
}

function urlOf({ host, port, tls }: NonNullable<Configuration["ftp"]>, path: string): string {
  const scheme = tls.mode === "none" ? "ftp" : "ftps";
  return `${scheme}://${formatAddress({ host, port })}/${path.replace(/^\/+/, "")}`;
}
