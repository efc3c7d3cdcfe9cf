/** Machines cannot be made or run here. The message says why. */
export class MachineError extends Error {
  override readonly name = "MachineError";
  readonly code = "MACHINE";
}
