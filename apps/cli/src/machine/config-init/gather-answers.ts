import { readFileSync } from "node:fs";
import { UsageError } from "@dwld/daemon";
import { errorCode, isSystemError } from "@dwld/text";
import type { FtpAnswers } from "./settings-text.ts";
import type { Terminal } from "../../command-line/terminal.ts";

/** The FTP server on the command line; `ftp` is its host, or false for --no-ftp. */
export type Flags = {
  readonly ftp?: string | false;
  readonly ftpPort?: string;
  readonly ftpUser?: string;
  readonly ftpPasswordFile?: string;
  readonly ftpDirectory?: string;
  readonly ftpTls?: string;
  readonly ftpFingerprint?: string;
};

export type Answers = { readonly ftp: FtpAnswers | undefined; readonly password: string | undefined };

const defaults = { user: "anonymous", directory: "/", tls: "explicit" } as const;

/**
 * Takes the answers from the flags, and asks for the others if there is a terminal. Without a server, files stay here.
 * @param passwordFile the file of the password, as the configuration names it.
 */
export async function gatherAnswers(
  flags: Flags,
  terminal: Terminal | undefined,
  passwordFile: string,
): Promise<Answers> {
  const without = { ftp: undefined, password: undefined };
  if (flags.ftp === false) return without;
  if (flags.ftp === undefined && terminal === undefined)
    throw new UsageError("nobody can be asked here: name the server with --ftp HOST, or say --no-ftp; see --help");
  const ask = async (question: string, flag: string | undefined, fallback: string): Promise<string> =>
    flag ?? (await terminal?.ask(question, fallback)) ?? fallback;
  const host = await ask("FTP server, a name or an address (empty: files stay on this machine)", flags.ftp, "");
  if (host === "") return without;
  const user = await ask("User", flags.ftpUser, defaults.user);
  const password = await gatherPassword(flags.ftpPasswordFile, user, terminal);
  const directory = await ask("Folder on the server", flags.ftpDirectory, defaults.directory);
  const tls = await ask("TLS: explicit, implicit or none", flags.ftpTls, defaults.tls);
  return {
    ftp: {
      host,
      port: readPort(flags.ftpPort),
      user,
      passwordFile: password === undefined ? undefined : passwordFile,
      directory,
      tls,
      fingerprint: flags.ftpFingerprint,
    },
    password,
  };
}

/** Reads the password from a file ("-": stdin), or asks for it. Everybody can read a command line, so none stands there. */
async function gatherPassword(
  file: string | undefined,
  user: string,
  terminal: Terminal | undefined,
): Promise<string | undefined> {
  if (file !== undefined) {
    const password = readPassword(file).replace(/\r?\n$/, "");
    if (password === "") throw new UsageError("the password is empty");
    return password;
  }
  if (user === defaults.user) return undefined;
  if (terminal === undefined)
    throw new UsageError(`the password of ${user} is missing: --ftp-password-file FILE, or - to read it from stdin`);
  const typed = await terminal.askSecret(`Password of ${user} (not shown)`);
  return typed === "" ? undefined : typed;
}

function readPassword(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new UsageError(`--ftp-password-file ${file} cannot be read (${errorCode(error)})`);
  }
}

function readPort(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  if (!/^\d{1,5}$/.test(written)) throw new UsageError(`--ftp-port is a number, not "${written}"`);
  return Number(written);
}
