/** The kinds of failures at a destination that are handled differently. */
export type FailureKind =
  | "connection"
  | "login"
  | "permission"
  | "no_space"
  | "too_many_connections"
  /** Nothing moved for the idle time-out: no answer, or no byte of a transfer. */
  | "stalled"
  | "tls"
  /** One folder takes no file; others may. */
  | "folder_refused"
  | "name_refused"
  /** Only from `rename`, at a destination that never overwrites. */
  | "name_taken"
  /** Only from `put` with `startAt`. The file there may have lost its bytes. Without `startAt` it would work. */
  | "cannot_resume"
  | "unknown";

/** `connect`: there was no session to work in, so that it is the same for every task. `work`: in a session. */
export type FailurePhase = "connect" | "work";

type FailureFacts = {
  kind: FailureKind;
  phase: FailurePhase;
  message: string;
  advice: string;
  adviceInRussian?: string;
};

/** A destination refused or broke off. `message` says what happened, `advice` what to do; neither holds a secret. */
export class DestinationError extends Error {
  override readonly name = "DestinationError";
  readonly code = "destination";
  readonly kind: FailureKind;
  readonly phase: FailurePhase;
  readonly advice: string;
  /** For whoever asked for the video. Absent: `advice` is for the operator alone, in words of the configuration. */
  readonly adviceInRussian: string | undefined;

  constructor({ kind, phase, message, advice, adviceInRussian }: FailureFacts, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.phase = phase;
    this.advice = advice;
    this.adviceInRussian = adviceInRussian;
  }
}

/** Narrows an error to that of a destination, of one of these kinds. */
export function isFailure(error: unknown, ...kinds: readonly FailureKind[]): error is DestinationError {
  return error instanceof DestinationError && kinds.includes(error.kind);
}

/** Whether the destination keeps a file that was to be removed: the session works, and later it may be removed. */
export function isRefusedRemoval(error: unknown): error is DestinationError {
  return isFailure(error, "permission", "folder_refused", "name_refused", "no_space", "unknown");
}

/** Whether every file would fail in this way: then it counts as no attempt of a task. */
export function concernsDestination({ phase, kind }: DestinationError): boolean {
  return phase === "connect" || destinationKinds.has(kind);
}

const destinationKinds: ReadonlySet<FailureKind> = new Set([
  "login",
  "permission",
  "no_space",
  "too_many_connections",
  "tls",
]);

/** Whether a person has to mend something at the destination or in the configuration: a task waits for that without end. */
export function waitsForOperator({ kind }: Pick<DestinationError, "kind">): boolean {
  return operatorKinds.has(kind);
}

const operatorKinds: ReadonlySet<FailureKind> = new Set(["login", "permission", "no_space", "tls", "folder_refused"]);
