import { join } from "node:path";
import { installed } from "./places.ts";

/** The folder that systemd makes for the sockets of an installed dwld. */
const installedSockets = "/run/dwld";

/** Returns the default of `api.socket`, by which the command finds the api of its machine. */
export function defaultSocket(data: string = installed.data): string {
  return join(data === installed.data ? installedSockets : data, "api.socket");
}
