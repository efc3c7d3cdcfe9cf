import { constants } from "node:os";

/** Returns "SIGKILL" for 9, and "SIG34" for a number without a name. */
export function signalName(number: number): string {
  const [name] = Object.entries(constants.signals).find(([, value]) => value === number) ?? [];
  return name ?? `SIG${number}`;
}
