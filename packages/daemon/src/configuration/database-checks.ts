import { isAddress, isOnSockets, type PostgresAddress, readPostgresUrl } from "./postgres-url.ts";
import { showValue } from "./show-value.ts";
import { type PathProblem, valueAt } from "./written-values.ts";

/** Checks the keys of `database` against each other. */
export function checkDatabase(written: unknown): PathProblem[] {
  const value = (...path: string[]): unknown => valueAt(written, ["database", ...path]);
  const has = (...path: string[]): boolean => value(...path) !== undefined;
  const problems: PathProblem[] = [];
  const wrong = (path: string, message: string, remedy: string): void => {
    problems.push({ path: ["database", ...path.split(".")], message, remedy });
  };
  if (!has("url")) {
    for (const key of ["passwordFile", "directUrl", "tls", "owner"])
      if (has(key)) wrong(key, "is of no use without database.url", "name the PostgreSQL database in database.url");
    return problems;
  }
  if (has("path"))
    wrong("url", "and database.path contradict each other: there is one task table", "leave out one of them");
  const [url, direct] = [addressAt(value("url")), addressAt(value("directUrl"))];
  if (url !== undefined && direct !== undefined) {
    if (url.database !== direct.database)
      wrong(
        "directUrl",
        `leads to the database ${showValue(direct.database)}, and database.url to ${showValue(url.database)}`,
        "name the same database in both",
      );
    else if (url.user !== direct.user)
      wrong("directUrl", "has another user than database.url", "name the same user in both");
  }
  if (url !== undefined && isOnSockets(url) && (direct === undefined || isOnSockets(direct)))
    for (const key of ["mode", "caFile"])
      if (has("tls", key) && value("tls", key) !== "none")
        wrong(`tls.${key}`, "is of no use: database.url is a UNIX socket, which never has TLS", "leave it out");
  if (has("tls", "caFile") && value("tls", "mode") === "none")
    wrong("tls.caFile", "is of no use without TLS", "set database.tls.mode to verify, or leave it out");
  return problems;
}

function addressAt(value: unknown): PostgresAddress | undefined {
  const read = typeof value === "string" ? readPostgresUrl(value) : undefined;
  return read !== undefined && isAddress(read) ? read : undefined;
}
