import { errorCode, errorText } from "@dwld/text";
import { DatabaseError } from "../database-error.ts";
import { isLostConnection } from "./lost-connection.ts";

/**
 * Explains a refusal of PostgreSQL to a person. Returns any other error unchanged.
 *
 * @param name of the table, without a password.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function explainPostgresError(error: unknown, name: string): unknown {
  if (error instanceof DatabaseError) return error;
  const code = errorCode(error);
  const options = { cause: error };
  const reason = errorText(error) || code;
  if (code === "55P03" || code.startsWith("40"))
    return new DatabaseError(
      "busy",
      `${name} is held by another process for too long. Repeat; if it stays so, look for a transaction that stands still (pg_stat_activity).`,
      options,
    );
  if (code === "57014")
    return new DatabaseError(
      "busy",
      `${name} ended a statement of dwld (${reason}). Repeat; if it stays so, raise the statement_timeout of dwld's role.`,
      options,
    );
  if (code === "53100")
    return new DatabaseError(
      "disk_full",
      `The disk of ${name} is full. Nothing was lost; free some space and repeat.`,
      options,
    );
  if (code === "25006")
    return new DatabaseError(
      "away",
      `${name} takes no writes: ${reason}. If a standby was promoted, name its server, too, in database.url.`,
      options,
    );
  if (code.startsWith("53"))
    return new DatabaseError(
      "away",
      `${name} has no resources for a further connection (${reason}). Raise max_connections, or end programs that hold connections.`,
      options,
    );
  if (code.startsWith("28"))
    return new DatabaseError(
      "unopenable",
      `${name} refuses to log dwld in (${reason}). Check the user of database.url, database.passwordFile and the server's pg_hba.conf.`,
      options,
    );
  if (isTlsError(code, reason))
    return new DatabaseError(
      "unopenable",
      `${name} cannot be reached by TLS (${reason}). Name the authority of its certificate in database.tls.caFile, and the server in database.url as the certificate does; where the network is encrypted itself, write database.tls.mode: none.`,
      options,
    );
  if (code === "3D000")
    return new DatabaseError(
      "unopenable",
      `${name} does not exist. Create the database, or change database.url: see "PostgreSQL" in docs/guide.md.`,
      options,
    );
  if (code === "42501")
    return new DatabaseError(
      "unwritable",
      `${name} refuses dwld a right (${reason}). Run \`dwld database migrate\` as the owner of the schema, which grants what is needed.`,
      options,
    );
  if (code === "XX001" || code === "XX002")
    return new DatabaseError(
      "damaged",
      `${name} is damaged (${reason}). Nothing is written any more. Stop all of dwld, and restore the database from a backup.`,
      options,
    );
  if (code.startsWith("58") || code.startsWith("XX"))
    return new DatabaseError("disk_failed", `The server of ${name} failed (${reason}). Look at its log.`, options);
  if (isLostConnection(error))
    return new DatabaseError(
      "away",
      `${name} cannot be reached (${reason}). dwld tries again until it answers.`,
      options,
    );
  return error;
}

/** Codes are those of Node and OpenSSL: https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
function isTlsError(code: string, reason: string): boolean {
  return (
    /^(ERR_(TLS|SSL|OSSL)|CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|INVALID_CA)/.test(code) ||
    (code === "" && reason.includes("does not support SSL connections"))
  );
}
