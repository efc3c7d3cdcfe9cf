import { posix } from "node:path";
import { errorCode, errorText, oneLine } from "@dwld/text";
import { DestinationError, type FailureKind, type FailurePhase } from "@dwld/delivery";
import { adviceOf, type FtpServerFacts, type FtpStep, messageOf } from "./failure-text.ts";

/** A certificate is not trusted. The message is for a person. */
export class CertificateError extends Error {
  readonly code = "certificate";
  override readonly name = "CertificateError";
  /** SHA-256 of the server's certificate, "AB:CD:…"; undefined if it has none. */
  readonly fingerprint: string | undefined;

  constructor(message: string, fingerprint: string | undefined) {
    super(message);
    this.fingerprint = fingerprint;
  }
}

const connectSteps: readonly FtpStep[] = ["connect", "tls", "login"];

/**
 * Explains an error of the FTP library or of a socket, or a reply of the server.
 *
 * Replies: RFC 959 section 4.2, RFC 4217 for TLS, and those that vsftpd 3.0.5, ProFTPD 1.3.8, Pure-FTPd and FileZilla Server
 * send beside them: 553 for a folder that may not be written (vsftpd), 530 for too many clients (ProFTPD), 451 for a full
 * disk (vsftpd).
 *
 * @param path of the step; empty if it has none.
 */
export function explainFtpError(error: unknown, step: FtpStep, server: FtpServerFacts, path = ""): DestinationError {
  if (error instanceof DestinationError) return error;
  const phase: FailurePhase = connectSteps.includes(step) ? "connect" : "work";
  const words = wordsOf(error, server.password);
  // A title may contain "quota" or "TLS".
  const judged = path === "" ? words : words.replaceAll(path, "").replaceAll(posix.basename(path), "");
  const kind = kindOf(error, step, judged);
  const failure = {
    ...{ kind, step, server, path, words },
    dataConnection: replyCode(error) === 425 || /data (connection|socket)|dataSocket/i.test(judged),
    fingerprint: error instanceof CertificateError ? error.fingerprint : undefined,
  };
  const facts = { kind, phase, message: messageOf(failure), advice: adviceOf(failure) };
  return new DestinationError(facts, { cause: cleaned(error, server.password) });
}

function kindOf(error: unknown, step: FtpStep, words: string): FailureKind {
  if (error instanceof CertificateError) return "tls";
  const reply = replyCode(error);
  if (reply !== undefined) return kindOfReply(reply, step, words);
  const code = systemCode(error);
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code)) return "tls";
  if (code === "ETIMEDOUT" || /^timeout\b/i.test(words)) return "stalled";
  if (step === "tls" && /FIN packet|closed connection|disconnected|ECONNRESET/.test(`${words} ${code}`)) return "tls";
  if (
    connectionCodes.has(code) ||
    /FIN packet|closed connection|transmission error|client is closed|closed client|data connection|^an answer without/i.test(
      words,
    )
  )
    return "connection";
  // The library refuses a line end in a name, since it would begin another command.
  if (/^invalid command/i.test(words)) return "name_refused";
  // At the login, the file of the password cannot be read.
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
  if ((reply === 530 || reply === 532) && !connectSteps.includes(step)) return "login";
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
      return [501, 550, 553].includes(reply) && !absent.test(words) ? "permission" : "unknown";
    case "resume":
      return "cannot_resume";
    case "size":
    case "hash":
    case "read":
      return "unknown";
  }
}

const tooMany = /too many|maximum|limit|max(imum)? (number|clients|users|connections)/i;
const full =
  /no space|disk (is )?full|quota|exceeded storage|insufficient(?! (?:privilege|permission|access|right|authori))|writing to local file/i;
const wantsTls = /\b(tls|ssl|encrypt|ftps)/i;
/** The folder was removed meanwhile: it is made again. */
const absent = /no such|not found|does not exist|cannot find/i;

/** Returns the code of a reply: a number in basic-ftp's FTPError, while codes of system errors are texts. */
function replyCode(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

function systemCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return systemCode(error.errors[0]);
  return errorCode(error);
}

const maxWordsLength = 300;

/** Returns the words of an error on one line, without what a hostile server could put into a log. */
function wordsOf(error: unknown, password: string): string {
  if (/wrong version number|packet length too long/i.test(String(error))) return "it does not speak TLS on this port";
  if (/exceeded maximum allowed size/.test(String(error))) return "an answer without end";
  const first: unknown = error instanceof AggregateError && error.message === "" ? error.errors[0] : error;
  return safeLine(errorText(first), password);
}

function safeLine(text: string, password: string): string {
  // Some servers repeat the password.
  const hide = (said: string) => (password === "" ? said : said.replaceAll(password, "###"));
  return oneLine(hide(oneLine(hide(text), 4 * maxWordsLength)), maxWordsLength);
}

/** Returns the cause for the log: the same words, and the stack of the error. */
function cleaned(error: unknown, password: string): unknown {
  if (!(error instanceof Error)) return safeLine(String(error), password);
  const clean = new Error(safeLine(error.message, password));
  clean.name = error.name;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^ {4}at /.test(line));
  clean.stack = [`${clean.name}: ${clean.message}`, ...frames].join("\n");
  return clean;
}
