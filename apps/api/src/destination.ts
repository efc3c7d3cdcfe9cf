import { type Configuration, formatAddress } from "@dwld/daemon";

/** Where files go, without credentials: "ftp://host:port/directory"; empty where they stay. */
export function describeDestination(ftp: Configuration["ftp"]): string {
  if (ftp === undefined) return "";
  const scheme = ftp.tls.mode === "none" ? "ftp" : "ftps";
  const directory = `/${ftp.directory.replace(/^\/+/, "")}`;
  return `${scheme}://${formatAddress({ host: ftp.host, port: ftp.port })}${directory}`;
}
