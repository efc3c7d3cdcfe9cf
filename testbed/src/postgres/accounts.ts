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

/** Returns the URL of a database. @param account with the password in it, or a name alone. */
export function databaseUrl({ host, port }: DatabaseAddress, database: string, account: Account | string): string {
  const login = typeof account === "string" ? account : `${account.name}:${encodeURIComponent(account.password)}`;
  return `postgres://${login}@${host}:${port}/${encodeURIComponent(database)}`;
}
