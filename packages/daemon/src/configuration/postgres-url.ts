import { hasControls, withoutBrackets } from "@dwld/text";
import { isLoopback } from "../network/listen-address.ts";
import { showValue } from "./show-value.ts";
import { canonicalHost, type Verdict } from "./values.ts";

/** The parts of the address of a PostgreSQL database. */
export type PostgresAddress = {
  /** undefined: the user that runs dwld. */
  readonly user: string | undefined;
  /** The servers that may be the primary. */
  readonly servers: readonly PostgresServer[];
  readonly database: string;
};

export type PostgresServer = {
  /** A host name, an IP address without brackets, or the folder of a UNIX socket, which begins with a slash. */
  readonly host: string;
  readonly port: number;
};

/** The letters of an address, at most. */
const maxLength = 4096;

type Mistake = NonNullable<Verdict>;

/** @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS */
const parts = /^postgres(?:ql)?:\/\/(?:([^/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/;

/** Tells a password even if it holds what ends one. Its parts would be taken for something else, and be shown. */
const password = /^[^:]*:\/\/[^]*:[^]*@/;

const settingsInstead: Readonly<Record<string, string>> = {
  user: "write the user before the host: postgres://user@host/database",
  password: "name a file with the password in database.passwordFile",
  dbname: "write the name of the database behind the host: postgres://user@host/database",
  sslmode: "write verify or none in database.tls.mode",
  ssl: "write verify or none in database.tls.mode",
  sslrootcert: "name the file in database.tls.caFile",
};

/** Reads the address of a PostgreSQL database, or says what is wrong with it. */
export function readPostgresUrl(text: string): PostgresAddress | Mistake {
  const unreadable = { wrong: "is no address of a PostgreSQL database" };
  if (password.test(text))
    return {
      wrong: "holds a password, which is shown wherever the address is",
      remedy: "leave it out, and name a file with it in database.passwordFile",
    };
  const found = hasControls(text) || text.length > maxLength ? null : parts.exec(text);
  if (found === null) return unreadable;
  const [, user = "", hosts = "", database = "", query = ""] = found;
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find((key) => key !== "host" && key !== "port");
  if (unknown !== undefined)
    return {
      wrong: `has a parameter ${showValue(unknown)}`,
      remedy: settingsInstead[unknown] ?? "leave it out; known here are host and port, of a UNIX socket",
    };
  const servers = readServers(hosts, parameters);
  if ("wrong" in servers) return servers;
  const names = [user, database].map(decoded);
  if (names.includes(undefined)) return unreadable;
  const [role = "", name = ""] = names;
  if (name === "") return { wrong: "names no database", remedy: "write its name behind the host: …/dwld" };
  if (database.includes("/")) return { wrong: "goes on behind the name of the database" };
  return { user: role === "" ? undefined : role, servers, database: name };
}

function readServers(hosts: string, parameters: URLSearchParams): PostgresServer[] | Mistake {
  const [folder, port] = [parameters.get("host"), parameters.get("port")];
  if (hosts !== "" && (folder !== null || port !== null))
    return { wrong: "names a host and, as a parameter, a UNIX socket", remedy: "keep one of them" };
  if (folder !== null && !folder.startsWith("/"))
    return { wrong: `${showValue(folder)} is no folder of a UNIX socket`, remedy: "write a host behind postgres://" };
  if (folder === null && hosts === "")
    return {
      wrong: "names no server",
      remedy: "write its host, or the folder of its UNIX socket: postgres:///dwld?host=/run/postgresql",
    };
  const read = folder === null ? hosts.split(",").map(readServer) : [withPort(folder, port ?? undefined)];
  const mistake = read.find((each) => "wrong" in each);
  return mistake ?? read.filter((each) => "host" in each);
}

function readServer(text: string): PostgresServer | Mistake {
  const [, written = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text) ?? [];
  const host = decoded(written) ?? "";
  if (!host.startsWith("/") && canonicalHost(host) === undefined)
    return { wrong: `${showValue(text)} is no host name`, remedy: "write host or host:port; between several, a comma" };
  return withPort(withoutBrackets(host), port);
}

function withPort(host: string, port = "5432"): PostgresServer | Mistake {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number >= 1 && number <= 65_535) return { host, port: number };
  return { wrong: `port ${showValue(port)} does not exist`, remedy: "write one from 1 to 65535, or none for 5432" };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

export function isAddress(read: PostgresAddress | Mistake): read is PostgresAddress {
  return "servers" in read;
}

/** Whether all servers are reached by UNIX sockets, which never have TLS. */
export function isOnSockets({ servers }: PostgresAddress): boolean {
  return servers.every(({ host }) => host.startsWith("/"));
}

/** Whether nothing goes over a network. */
export function isOfThisMachine({ servers }: PostgresAddress): boolean {
  return servers.every(({ host }) => host.startsWith("/") || isLoopback(host));
}
