import type { TlsSettings } from "../location.ts";
import type { Address } from "./address.ts";

/**
 * Returns the address as variables of a child's environment, which others of this machine cannot read, unlike its arguments.
 *
 * @see https://www.postgresql.org/docs/current/libpq-envars.html
 */
export function libpqEnvironment(
  { servers, user, database, password }: Address,
  tls: TlsSettings | undefined,
): Record<string, string> {
  const secret = password();
  const verifies = tls?.mode === "verify";
  return {
    PGHOST: servers.map(({ host }) => host).join(","),
    PGPORT: servers.map(({ port }) => port).join(","),
    PGTARGETSESSIONATTRS: "read-write",
    PGUSER: user,
    PGDATABASE: database,
    PGAPPNAME: "dwld",
    PGCONNECT_TIMEOUT: "10",
    PGSSLMODE: verifies ? "verify-full" : "disable",
    ...(verifies ? { PGSSLROOTCERT: tls.caFile ?? "system" } : {}),
    ...(secret === undefined ? {} : { PGPASSWORD: secret }),
  };
}
