import { constants } from "node:os";

/** A signal asked the command to end. */
export class Interruption extends Error {
  readonly code = "interrupted";
  /** As a shell tells it: 128 and the number of the signal. */
  readonly exitStatus: number;

  constructor(signal: "SIGINT" | "SIGTERM") {
    super(signal);
    this.exitStatus = 128 + constants.signals[signal];
  }
}
