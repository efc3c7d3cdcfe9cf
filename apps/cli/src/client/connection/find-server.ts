import { accessSync, constants } from "node:fs";
import { layout } from "@dwld/layout";
import { defaultSocket } from "@dwld/layout/sockets";
import { defaultServer, socketPrefix } from "../../command-line/server-address.ts";
import { readLogins } from "./logins.ts";
import { checkToken } from "./token-text.ts";

/** Where a command calls, and with which token. */
export type Target = {
  readonly server: string;
  readonly token: string | undefined;
  /** The certificates of servers that were pinned, by their addresses. */
  readonly fingerprints: Readonly<Record<string, string>>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the server that was named; else the socket of the api of this machine, if this user may use it, the server of the
 * last login, or the default address. A token goes to the server that it was stored for, and over no socket.
 *
 * @throws LoginFileError; TokenError
 */
export function findServer(named: string | undefined, env: Environment): Target {
  const server = named ?? usableSocket(env);
  if (server?.startsWith(socketPrefix) === true) return { server, token: undefined, fingerprints: {} };
  const logins = readLogins(env);
  const given = env["DWLD_TOKEN"] ?? "";
  // A token of the environment was not stored for any server.
  const found = server ?? (given === "" ? logins.server : undefined) ?? defaultServer;
  return {
    server: found,
    token: given === "" ? logins.tokens[found] : checkToken(given, "what DWLD_TOKEN holds"),
    fingerprints: logins.fingerprints ?? {},
  };
}

function usableSocket(env: Environment): string | undefined {
  const data = env["DWLD_DATA"] ?? "";
  const paths = [...(data === "" ? [] : [defaultSocket(data)]), defaultSocket(layout.data), defaultSocket()];
  const path = paths.find(isUsable);
  return path === undefined ? undefined : socketPrefix + path;
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
