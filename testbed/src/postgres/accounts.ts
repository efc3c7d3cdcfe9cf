/** A role that can log in. */
export interface Account {
  readonly name: string;
  readonly password: string;
}

/** The accounts of each cluster. */
export const accounts = {
  superuser: { name: "postgres", password: "a password for the superuser" },
  owner: { name: "dwld", password: "a password for tests" },
} as const satisfies Record<string, Account>;

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
}

/** Returns the URL of a database, with the password in it. */
export function databaseUrl({ host, port }: DatabaseAddress, database: string, { name, password }: Account): string {
  return `postgres://${name}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`;
}
