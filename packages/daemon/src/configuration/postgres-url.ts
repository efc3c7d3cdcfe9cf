import { canonicalHost, type Verdict } from "./values.ts";
import { showValue } from "./show-value.ts";

/** The parts of the address of a PostgreSQL database. */
export type PostgresAddress = {
  /** undefined: the user that runs dwld. */
  readonly user: string | undefined;
  /** A host name, an IP address without brackets, or the folder of a UNIX socket, which begins with a slash. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
};

/** The parameters that an address may have, which are libpq's: the folder of a UNIX socket, and the number in its name. */
const parameters = ["host", "port"];

const settingsInstead: Readonly<Record<string, string>> = {
  user: "write the user before the host: postgres://user@host/database",
  password: "name a file with the password in database.passwordFile",
  dbname: "write the name of the database behind the host: postgres://user@host/database",
  sslmode: "write verify or none in database.tls.mode",
  ssl: "write verify or none in database.tls.mode",
  sslrootcert: "name the file in database.tls.caFile",
};

/** Stands where a user has no host behind it, which is an address of libpq and of a UNIX socket, and no URL of the web. */
const noHost = "no-host.invalid";

/** Reads the address of a PostgreSQL database, or says what is wrong with it. */
export function readPostgresUrl(text: string): PostgresAddress | NonNullable<Verdict> {
  if (!/^postgres(ql)?:\/\//.test(text)) return { wrong: `${showValue(text)} is no address of a PostgreSQL database` };
  const url = URL.parse(text.replace(/^(\w+:\/\/[^/?#]*@)(?=\/)/, `$1${noHost}`));
  if (url === null) return unparsable(text);
  if (url.password !== "")
    return {
      wrong: "holds a password, which is shown wherever the address is",
      remedy: "leave it out, and name a file with it in database.passwordFile",
    };
  const unknown = [...url.searchParams.keys()].find((key) => !parameters.includes(key));
  if (unknown !== undefined)
    return {
      wrong: `has a parameter ${showValue(unknown)}`,
      remedy: settingsInstead[unknown] ?? "leave it out; known here are host and port, of a UNIX socket",
    };
  if (url.hash !== "") return { wrong: "goes on behind the name of the database" };
  return readParts(url) ?? unparsable(text);
}

function readParts(url: URL): PostgresAddress | Verdict {
  const [user, hostname, database] = [
    url.username,
    url.hostname === noHost ? "" : url.hostname,
    url.pathname.slice(1),
  ].map(decoded);
  if (user === undefined || hostname === undefined || database === undefined) return undefined;
  const folder = url.searchParams.get("host");
  if (folder !== null && hostname !== "")
    return { wrong: "names a host and a UNIX socket", remedy: "keep one of them" };
  const host = folder ?? hostname;
  if (host === "")
    return {
      wrong: "names no server",
      remedy: "write its host, or the folder of its UNIX socket: postgres:///dwld?host=/run/postgresql",
    };
  if (folder !== null && !folder.startsWith("/"))
    return { wrong: `${showValue(folder)} is no folder of a UNIX socket`, remedy: "write a host behind postgres://" };
  if (host.includes(","))
    return { wrong: "names more than one server", remedy: "write one address, which leads to the primary" };
  if (!host.startsWith("/") && canonicalHost(host) === undefined)
    return { wrong: `${showValue(host)} is no host name` };
  const port = url.port === "" ? (url.searchParams.get("port") ?? "5432") : url.port;
  if (!/^\d{1,5}$/.test(port) || Number(port) === 0 || Number(port) > 65_535)
    return { wrong: `port ${showValue(port)} does not exist`, remedy: "write one from 1 to 65535, or none for 5432" };
  if (database === "") return { wrong: "names no database", remedy: "write its name behind the host: …/dwld" };
  if (database.includes("/")) return { wrong: "goes on behind the name of the database" };
  return { user: user === "" ? undefined : user, host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port), database };
}

function unparsable(text: string): NonNullable<Verdict> {
  return { wrong: `${showValue(text)} is no address of a PostgreSQL database` };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

export function isAddress(read: PostgresAddress | NonNullable<Verdict>): read is PostgresAddress {
  return "database" in read;
}

export function isSocket({ host }: PostgresAddress): boolean {
  return host.startsWith("/");
}
