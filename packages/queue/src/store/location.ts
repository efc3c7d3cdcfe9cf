/** Where the task table is, as `database` of the configuration says. */
export type DatabaseLocation = SqliteLocation | PostgresLocation;

/** A file, which is made if it is not there. */
export type SqliteLocation = { readonly path: string };

/** A database of a PostgreSQL server. */
export type PostgresLocation = {
  /** "postgres://user@host:port/database", or "postgres://user@/database?host=/run/postgresql"; without a password. */
  readonly url: string;
  /** Absent: no TLS. */
  readonly tls?: TlsSettings;
  /** Read by `DatabaseOptions.readSecret` at each connect, so that a changed password needs no restart. */
  readonly passwordFile?: string;
  /** For LISTEN and NOTIFY, past a pooler. Absent: `url`. */
  readonly directUrl?: string;
  readonly directTls?: TlsSettings;
  /** The role that changes the schema. Absent: that of `url`. */
  readonly owner?: { readonly user: string; readonly passwordFile?: string };
};

/** @see https://www.postgresql.org/docs/current/libpq-ssl.html: `verify` is its verify-full. */
export type TlsSettings = { readonly mode: "verify" | "none"; readonly caFile?: string };

/** Returns the name of a location for a message: the path, or "postgres://host/database" without the user. */
export function locationName(location: DatabaseLocation): string {
  return "path" in location ? location.path : location.url.replace(/^(\w+:\/\/)[^/?#]*@/, "$1");
}
