import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { userInfo } from "node:os";
import type { ConnectionOptions } from "node:tls";
import { withoutBrackets } from "@dwld/text";
import type { DatabaseOptions } from "../database.ts";
import type { PostgresLocation, TlsSettings } from "../location.ts";

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
function readUrl(url: string): { servers: Server[]; user: string; database: string } {
  const found = /^postgres(?:ql)?:\/\/(?:([^@/]*)@)?([^/?]*)\/([^?]*)(?:\?(.*))?$/.exec(url);
  if (found === null) throw new Error(`${url} is no address of a PostgreSQL database`);
  const [, user = "", hosts = "", database = "", options = ""] = found;
  const given = new URLSearchParams(options);
  const ports = (given.get("port") ?? "").split(",");
  const named = (given.get("host") ?? hosts).split(",");
  const servers = named.map((each, index): Server => {
    const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(each) ?? [];
    const number = Number(port ?? ports[index] ?? ports[0]) || defaultPort;
    return { host: decodeURIComponent(withoutBrackets(host)), port: number };
  });
  return { servers, user: decodeURIComponent(user) || userInfo().username, database: decodeURIComponent(database) };
}

type Secrets = Pick<DatabaseOptions, "readSecret">;

/** Returns the address by which dwld works. */
export function workingAddress(location: PostgresLocation, secrets: Secrets): Address {
  return addressOf(location, secrets);
}

/** Returns the address past any pooler, for the same role. */
export function directAddress(location: PostgresLocation, secrets: Secrets): Address {
  return addressOf(directly(location), secrets);
}

/** Returns the address past any pooler for the role that owns the tables. */
export function ownerAddress(location: PostgresLocation, secrets: Secrets): Address {
  return addressOf(directly(location), secrets, location.owner);
}

/** Returns the TLS of a direct address. */
export function directTls({ directUrl, tls, directTls: own }: PostgresLocation): TlsSettings | undefined {
  return directUrl === undefined ? tls : own;
}

function directly(location: PostgresLocation) {
  return { ...location, url: location.directUrl ?? location.url, tls: directTls(location) };
}

function addressOf(
  { url, tls, passwordFile }: Pick<PostgresLocation, "url" | "passwordFile"> & { tls?: TlsSettings | undefined },
  { readSecret }: DatabaseOptions,
  role: { user?: string; passwordFile?: string } = {},
): Address {
  const { servers, user, database } = readUrl(url);
  const secret = role.user === undefined ? passwordFile : role.passwordFile;
  return {
    servers,
    user: role.user ?? user,
    database,
    password: () => (secret === undefined ? undefined : readSecret?.(secret)),
    tls: tls?.mode === "verify" ? async (server) => await verifying(server, tls) : undefined,
  };
}

/** The server's certificate and its name are verified: libpq's verify-full. */
async function verifying({ host }: Server, { caFile }: TlsSettings): Promise<ConnectionOptions> {
  return {
    host,
    // An IP address is no name to ask for (RFC 6066), and is compared with the certificate all the same.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: true,
    ...(caFile === undefined ? {} : { ca: await readFile(caFile, "utf8") }),
  };
}
