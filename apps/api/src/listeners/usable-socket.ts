import { accessSync, constants, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { defaultSocket, fitsSocket, type FixedConfiguration, type Logger } from "@dwld/daemon";
import { isSystemError } from "@dwld/text";

/**
 * Returns the path of the UNIX socket. Undefined if it is the default one and cannot be had: nobody but systemd and root
 * makes /run/dwld, and a path may be too long. The command then uses TCP.
 */
export function usableSocket(
  { api: { socket }, data }: Pick<FixedConfiguration, "api" | "data">,
  logger: Pick<Logger, "warn">,
): string | undefined {
  if (socket !== defaultSocket(data)) return socket;
  const fault = faultOf(socket);
  if (fault === undefined) return socket;
  logger.warn(`there is no UNIX socket for the command, since ${fault}; api.socket can name another`);
  return undefined;
}

function faultOf(path: string): string | undefined {
  if (!fitsSocket(path)) return `the path ${path} is too long`;
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return `${folder} cannot be written (${error.code})`;
  }
}
