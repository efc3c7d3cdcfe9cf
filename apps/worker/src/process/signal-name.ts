import { constants } from "node:os";

/** "SIGKILL" for 9; "SIG34" for one without a name. */
export function signalName(number: number): string {
  const [name] = Object.entries(constants.signals).find(([, value]) => value === number) ?? [];
  return name ?? `SIG${number}`;
}
