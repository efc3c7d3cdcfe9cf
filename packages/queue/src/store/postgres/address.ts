import { userInfo } from "node:os";
import type { ConnectionOptions } from "node:tls";

/** A server that may be the primary. @property host begins with "/" if it is the folder of a Unix socket. */
export type Server = { readonly host: string; readonly port: number };

/** How to reach a database. The first of the servers that takes writes is used. */
export type Address = {
  readonly servers: readonly Server[];
  readonly user: string;
  readonly database: string;
  /** Asked at each connect, so that a changed password needs no restart. */
  readonly password: () => string | undefined;
  /** Undefined: no TLS. */
  readonly tls: ((server: Server) => Promise<ConnectionOptions>) | undefined;
};

const defaultPort = 5432;

/**
 * Reads "postgres://user@host:port,host:port/database" or "postgres://user@/database?host=/run/postgresql", as libpq does:
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS.
 *
 * @throws Error if it is none; the configuration was checked before.
 */
export function readUrl(url: string): { servers: Server[]; user: string; database: string } {
  const found = /^postgres(?:ql)?:\/\/(?:([^@/]*)@)?([^/?]*)\/([^?]*)(?:\?(.*))?$/.exec(url);
  if (found === null) throw new Error(`${url} is no address of a PostgreSQL database`);
  const [, user = "", hosts = "", database = "", options = ""] = found;
  const given = new URLSearchParams(options);
  const ports = (given.get("port") ?? "").split(",");
  const named = (given.get("host") ?? hosts).split(",");
  const servers = named.map((each, index): Server => {
    const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(each) ?? [];
    const number = Number(port ?? ports[index] ?? ports[0]) || defaultPort;
    return { host: decodeURIComponent(host.replaceAll(/^\[|\]$/g, "")), port: number };
  });
  return { servers, user: decodeURIComponent(user) || userInfo().username, database: decodeURIComponent(database) };
}
