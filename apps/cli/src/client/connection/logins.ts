import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { errorCode, isSystemError } from "@dwld/text";
import { readFingerprint } from "../../command-line/fingerprint.ts";
import { readServerAddress } from "../../command-line/server-address.ts";
import { isTokenText } from "./token-text.ts";

/** The file of logins cannot be used. The message says what to do. */
class LoginFileError extends Error {
  override readonly name = "LoginFileError";
  readonly code = "login_file";
}

/** The content of the file that `dwld login` writes: the token of each server, by its address, and which server it was last. */
export type Logins = {
  readonly server?: string;
  readonly tokens: Readonly<Record<string, string>>;
  /** SHA-256 of the certificates of those that were pinned. */
  readonly fingerprints?: Readonly<Record<string, string>>;
};

type Environment = Readonly<Record<string, string | undefined>>;

const none: Logins = { tokens: {} };

/**
 * Reads the logins of this user.
 *
 * @throws LoginFileError if others may read the file, or it is damaged.
 */
export function readLogins(env: Environment): Logins {
  const path = loginsPath(env);
  try {
    if ((statSync(path).mode & 0o077) !== 0)
      throw new LoginFileError(`others may read the tokens in ${path}: run chmod 600 ${path}`);
    const logins: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (areLogins(logins)) return logins;
    throw damaged(path);
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(path, error);
    if (!isSystemError(error)) throw error;
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return none;
    throw new LoginFileError(`${path} cannot be read (${errorCode(error)})`, { cause: error });
  }
}

function damaged(path: string, cause?: Error): LoginFileError {
  return new LoginFileError(`${path} is damaged: remove it, and run dwld login again`, { cause });
}

/** Another program, or a person, may have written the file. */
function areLogins(value: unknown): value is Logins {
  if (typeof value !== "object" || value === null) return false;
  const { server, tokens, fingerprints = {} } = value as { [Key in keyof Logins]?: unknown };
  return (
    (server === undefined || (typeof server === "string" && readServerAddress(server) !== undefined)) &&
    hasTexts(tokens, isTokenText) &&
    hasTexts(fingerprints, (text) => readFingerprint(text) !== undefined)
  );
}

function hasTexts(value: unknown, isRight: (text: string) => boolean): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((each) => typeof each === "string" && isRight(each));
}

/** Stores the logins, readable for this user alone. @throws LoginFileError */
export function writeLogins(env: Environment, logins: Logins): void {
  const path = loginsPath(env);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, `${JSON.stringify(logins, undefined, 2)}\n`, { mode: 0o600 });
    // A file that was left there keeps its mode.
    chmodSync(`${path}.new`, 0o600);
    renameSync(`${path}.new`, path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new LoginFileError(`${path} cannot be written (${errorCode(error)})`, { cause: error });
  }
}

function loginsPath(env: Environment): string {
  const configuration = nonEmpty(env["XDG_CONFIG_HOME"]) ?? join(nonEmpty(env["HOME"]) ?? homedir(), ".config");
  return join(configuration, "dwld", "logins.json");
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
