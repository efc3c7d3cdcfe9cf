export type Guard = {
  /** The signal that ends the group of the program. */
  readonly signal: "TERM" | "KILL";
  /** The program begins with the first line that is written into the pipe; default at once. */
  readonly waits?: boolean;
  /** Commands of the shell that come first. */
  readonly before?: string;
};

/**
 * Returns the arguments of /bin/sh, whose standard input is a pipe, that start a program beside a guard. When the pipe closes,
 * even by a SIGKILL of this process, the guard sends the signal to the group of both. It outlives the program, so that the number
 * of the group cannot be reused before the pipe is closed.
 */
export function guardedShell(argv: readonly string[], { signal, waits = false, before = "" }: Guard): string[] {
  const begin = waits ? "read -r _ <&3 || exit 1; " : "";
  const guard = `{ read -r _ <&3; kill -${signal} 0; } >/dev/null 2>&1 &`;
  return ["-c", `${before}exec 3<&0; ${begin}${guard} exec "$@" 3<&- </dev/null`, "sh", ...argv];
}
