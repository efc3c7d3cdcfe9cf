import { join } from "node:path";

/** The data folder of an installed dwld, and the folder that systemd makes for its sockets. */
const installed = { data: "/var/lib/dwld", sockets: "/run/dwld" } as const;

/** Returns the default of `api.socket`, by which the command finds the api of its machine. */
export function defaultSocket(data: string = installed.data): string {
  return join(data === installed.data ? installed.sockets : data, "api.socket");
}
