import { posix } from "node:path";
import { DestinationError, type FailureKind, type FailureStage } from "./destination.ts";

/** What was being done: the same answer means one thing at a login and another at a rename. */
export type FtpStep =
  | "connect"
  | "tls"
  | "login"
  | "folder"
  | "size"
  | "put"
  | "resume"
  | "read"
  | "hash"
  | "rename"
  | "remove";

/** What a message may say of the server; `password` only so that it can be removed from what the server answers. */
export type FtpServerFacts = {
  name: string;
  user: string;
  password: string;
  tlsMode: "none" | "explicit" | "implicit";
};

/** A certificate that is not accepted; thrown by the check of it, and told to the person as it is. */
export class CertificateError extends Error {
  readonly code = "certificate";
  override readonly name = "CertificateError";
}

const connectSteps: readonly FtpStep[] = ["connect", "tls", "login"];

/**
 * What an error of the FTP library, a socket or an answer of the server means.
 *
 * Answers: RFC 959 section 4.2, RFC 4217 for TLS, and what vsftpd 3.0.5, ProFTPD, Pure-FTPd and FileZilla Server send
 * beside it: 553 for a folder that may not be written (vsftpd), 530 for too many clients (ProFTPD), 451 for a full disk
 * (vsftpd).
 *
 * @param path what the step was about; empty where there is no path.
 */
export function explainFtpError(error: unknown, step: FtpStep, server: FtpServerFacts, path = ""): DestinationError {
  if (error instanceof DestinationError) return error;
  const stage: FailureStage = connectSteps.includes(step) ? "connect" : "work";
  const words = wordsOf(error, server.password);
  // A title may speak of quotas and encryption.
  const judged = path === "" ? words : words.replaceAll(path, "").replaceAll(posix.basename(path), "");
  const kind = kindOf(error, step, judged);
  const facts = {
    kind,
    stage,
    message: messageOf(kind, step, server, path, words),
    advice: adviceOf(kind, step, server),
  };
  return new DestinationError(facts, { cause: withoutPassword(error, server.password) });
}

function kindOf(error: unknown, step: FtpStep, words: string): FailureKind {
  if (error instanceof CertificateError) return "tls";
  const reply = replyCode(error);
  if (reply !== undefined) return kindOfReply(reply, step, words);
  const code = systemCode(error);
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code)) return "tls";
  if (code === "ETIMEDOUT" || /^timeout\b/i.test(words)) return "stalled";
  if (step === "tls" && /FIN packet|closed connection|ECONNRESET/.test(`${words} ${code}`)) return "tls";
  if (
    connectionCodes.has(code) ||
    /FIN packet|closed connection|transmission error|client is closed|data connection/i.test(words)
  )
    return "connection";
  // The password's file cannot be read.
  return step === "login" ? "login" : "unknown";
}

const connectionCodes = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN"],
  ...["ENOTFOUND", "EAI_AGAIN", "EADDRNOTAVAIL", "ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED"],
]);

function kindOfReply(reply: number, step: FtpStep, words: string): FailureKind {
  if ((reply === 421 || reply === 530) && connectSteps.includes(step) && tooMany.test(words))
    return "too_many_connections";
  if (reply === 452 || reply === 552 || (reply >= 400 && full.test(words))) return "no_space";
  if (reply === 522 || (reply >= 500 && connectSteps.includes(step) && wantsTls.test(words))) return "tls";
  if (reply === 421 || reply === 425 || reply === 426) return "connection";
  switch (step) {
    case "connect":
      return "connection";
    case "tls":
      return "tls";
    case "login":
      return reply === 430 || (reply >= 331 && reply < 400) || reply >= 500 ? "login" : "connection";
    case "rename":
      return [501, 550, 553].includes(reply) ? "name_refused" : "unknown";
    case "folder":
    case "put":
    case "remove":
      if (reply === 530 || reply === 532) return "login";
      return [501, 550, 553].includes(reply) ? "permission" : "unknown";
    case "resume":
      return reply >= 500 ? "cannot_resume" : "unknown";
    case "size":
    case "hash":
    case "read":
      return reply === 530 ? "login" : "unknown";
  }
}

const tooMany = /too many|maximum|limit|max(imum)? (number|clients|users|connections)/i;
const full = /no space|disk (is )?full|quota|exceeded storage|insufficient|writing to local file/i;
const wantsTls = /\b(tls|ssl|encrypt|ftps)/i;

function messageOf(
  kind: FailureKind,
  step: FtpStep,
  { name, user }: FtpServerFacts,
  path: string,
  words: string,
): string {
  const said = words === "" ? "" : ` (${words})`;
  switch (kind) {
    case "connection":
      return step === "connect" ? `${name} cannot be reached${said}` : `The connection to ${name} broke${said}`;
    case "stalled":
      return `${name} does not answer${said}`;
    case "login":
      return `${name} refuses the login of the user ${user}${said}`;
    case "too_many_connections":
      return `${name} allows no further connection${said}`;
    case "tls":
      return `No trusted TLS connection with ${name}: ${words}`;
    case "no_space":
      return `${name} has no space left for ${path}${said}`;
    case "permission":
      return `${name} does not let the user ${user} ${doing[step]} ${path}${said}`;
    case "name_refused":
      return `${name} does not accept the name ${path}${said}`;
    case "cannot_resume":
      return `${name} does not go on with ${path} where it ended${said}`;
    case "unknown":
      return `${name} would not ${doing[step]}${path === "" ? "" : ` ${path}`}${said}`;
  }
}

const doing: Record<FtpStep, string> = {
  connect: "take a connection",
  tls: "begin TLS",
  login: "log in",
  folder: "make or enter the folder",
  size: "tell the size of",
  put: "write",
  resume: "go on with",
  read: "read",
  hash: "compute a hash of",
  rename: "rename to",
  remove: "remove",
};

function adviceOf(kind: FailureKind, step: FtpStep, { tlsMode }: FtpServerFacts): string {
  switch (kind) {
    case "connection":
    case "stalled":
      return step === "connect"
        ? "Check that the server runs and that ftp.host, ftp.port and ftp.tls.mode are right. Nothing is lost: it is tried again until it answers."
        : "It is tried again by itself. If it happens each time, check the network between, and the passive ports of the server's firewall.";
    case "login":
      return "Check ftp.user and what stands in ftp.passwordFile. Nothing is lost: it is tried again until the login works.";
    case "too_many_connections":
      return "Raise the server's limit, or lower ftp.parallel. It is tried again by itself.";
    case "tls":
      return tlsMode === "none"
        ? "The server wants TLS: set ftp.tls.mode to explicit."
        : "Check ftp.tls.mode, and name the server's authority in ftp.tls.caFile or its certificate in ftp.tls.fingerprint.";
    case "no_space":
      return "Free some space on the server, or raise the user's quota. Nothing is lost: it is tried again by itself.";
    case "permission":
      return "Give the FTP user the right to write there, or change ftp.directory. Nothing is lost: it is tried again by itself.";
    case "name_refused":
      return "It is tried again under the task's id as its name.";
    case "cannot_resume":
      return "It is sent from its beginning, by itself.";
    case "unknown":
      return "It is tried again by itself. If it happens each time, look into the server's own log.";
  }
}

/** The code of a reply: basic-ftp's FTPError has it as a number, where system errors have a text. */
function replyCode(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

function systemCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return systemCode(error.errors[0]);
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

const longestWords = 300;

/** What the error says, on one line, without what a hostile server could put into a log. */
function wordsOf(error: unknown, password: string): string {
  if (/wrong version number|packet length too long/i.test(String(error))) return "it does not speak TLS on this port";
  const first: unknown = error instanceof AggregateError && error.message === "" ? error.errors[0] : error;
  const text = first instanceof Error ? first.message : String(first);
  const line = text
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, "")
    .trim();
  const safe = hide(line, password);
  return safe.length > longestWords ? `${safe.slice(0, longestWords)}…` : safe;
}

/** Some servers repeat what they were sent. */
function hide(text: string, password: string): string {
  return password === "" ? text : text.replaceAll(password, "###");
}

function withoutPassword(error: unknown, password: string): unknown {
  if (!(error instanceof Error) || password === "") return error;
  if (!error.message.includes(password) && error.stack?.includes(password) !== true) return error;
  return new Error(hide(error.message, password));
}
