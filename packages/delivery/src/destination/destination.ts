import type { Readable, Writable } from "node:stream";

/** What went wrong at a destination, as far as it decides what to do next. */
export type FailureKind =
  | "connection"
  | "login"
  | "permission"
  | "no_space"
  | "name_refused"
  | "too_many_connections"
  /** Nothing moved for the idle time: no answer, or no byte of a transfer. */
  | "stalled"
  | "tls"
  /** Only from `put` with `startAt`; the file there may have lost its bytes. Without `startAt` it would work. */
  | "cannot_resume"
  | "unknown";

/** What a server may compute of a file, the best first. */
export type HashAlgorithm = "sha256" | "sha1" | "md5" | "crc32";

/**
 * Where it went wrong: before there was a session to work in (then it is the same for every task), or in one.
 */
export type FailureStage = "connect" | "work";

/** What a destination refused or broke off. `message` says what happened, `advice` what to do; neither holds a secret. */
export class DestinationError extends Error {
  readonly code = "destination";
  readonly kind: FailureKind;
  readonly stage: FailureStage;
  readonly advice: string;

  constructor(
    facts: { kind: FailureKind; stage: FailureStage; message: string; advice: string },
    options?: ErrorOptions,
  ) {
    super(facts.message, options);
    this.name = "DestinationError";
    this.kind = facts.kind;
    this.stage = facts.stage;
    this.advice = facts.advice;
  }
}

/** Whether it would befall any file: then it is the server's matter, and no task is the worse for it. */
export function concernsServer({ stage, kind }: DestinationError): boolean {
  return stage === "connect" || serverKinds.has(kind);
}

const serverKinds: ReadonlySet<FailureKind> = new Set([
  "login",
  "permission",
  "no_space",
  "too_many_connections",
  "tls",
]);

/**
 * A place that files are delivered to. Everything dwld asks of one is here, so that another protocol is another
 * implementation and nothing else.
 */
export type Destination = {
  /** "ftp://host:port": the names of files are reserved under it. */
  readonly name: string;
  /**
   * A session, kept ones first. At most one is being opened at any time: who asks meanwhile shares its failure.
   *
   * @param signal ends the session and whatever it does, at any time until it is released; its reason is then thrown.
   * @throws DestinationError with stage `connect`.
   */
  connect(signal: AbortSignal): Promise<Session>;
  /** Ends all sessions. */
  close(): void;
};

/** All paths are absolute, or begin where the login ends up. Methods throw DestinationError, or the signal's reason. */
export type Session = {
  /** Makes a folder and those above it, where they are absent. */
  ensureFolder(path: string): Promise<void>;
  /** In bytes; undefined where there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** The best hash that the server computes; undefined: none, or it refused one that it had announced. */
  readonly hashAlgorithm: HashAlgorithm | undefined;
  /**
   * The hash of a whole file, by `hashAlgorithm`, as lower-case hexadecimal. Undefined where the server would not; then
   * `hashAlgorithm` is undefined from now on, for this server until the next start. A hash of many gigabytes takes long:
   * it is waited for longer, by the file's size.
   */
  hash(path: string): Promise<string | undefined>;
  /**
   * The bytes that the server has, into a sink, which is ended; for a verification by reading back. Resolves when the sink
   * has taken all of them and the server has confirmed the end.
   */
  read(path: string, sink: Writable): Promise<void>;
  /** Whether an interrupted transfer can go on where it ended. False once the server refused that, until the next start. */
  readonly resumes: boolean;
  /**
   * Makes or overwrites a file. Resolves when the server has confirmed the end. After an error the session is broken:
   * release it, and connect again.
   *
   * @param source what is to be sent, without the bytes that are there already; destroyed at the end.
   * @param startAt keeps that many bytes of the file there, which has exactly so many, and goes on behind them.
   *   `cannot_resume` where the server does not; that can be noticed only after the transfer.
   */
  put(path: string, source: Readable, startAt?: number): Promise<void>;
  /** May overwrite what has the new name: look first. `name_refused` where the name may be the reason. */
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens where there is no such file. */
  remove(path: string): Promise<void>;
  /** Keeps the session for the next, unless it is broken. Idempotent. */
  release(): void;
};
