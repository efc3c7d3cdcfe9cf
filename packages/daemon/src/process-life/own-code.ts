import { errorCode } from "@dwld/text";

/**
 * Returns the `code` of an error that is a message to a person; undefined for an unforeseen one. That of an error of dwld is in
 * lower case ("configuration", "database"), that of one of Node or SQLite in capitals.
 */
export function ownCode(error: Error): string | undefined {
  const code = errorCode(error);
  return /^[a-z][a-z0-9_]*$/.test(code) ? code : undefined;
}
