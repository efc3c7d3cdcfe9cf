import { parseTroubles } from "../leases/troubles.ts";
import type { ProcessRow } from "../store/schema-of-hosts.ts";

/** For tests: returns all troubles of a process in one line, or an empty text. */
export function troubleText(row: Pick<ProcessRow, "troubles">): string {
  return Object.values(parseTroubles(row)).join("; ");
}
