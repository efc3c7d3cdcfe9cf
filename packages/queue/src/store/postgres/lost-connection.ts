import { errorCode, errorText } from "@dwld/text";

/**
 * Returns whether an error means that the connection is gone or of no use any more: the server went away, ended it, became
 * a standby, or does not answer.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html: class 08, and 57P01 to 57P05.
 */
export function isLostConnection(error: unknown): boolean {
  const code = errorCode(error);
  if (/^(08...|57P0[1-5]|25P03|25006|E(?!RR_)[A-Z_]+)$/.test(code)) return true;
  // pg has no code for these.
  return (
    code === "" &&
    /connection terminated|read timeout|not queryable|timeout expired|client was closed/i.test(errorText(error))
  );
}
