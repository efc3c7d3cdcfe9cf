import { ConfigurationError, parseConfiguration, UsageError } from "@dwld/daemon";
import type { DatabaseLocation } from "@dwld/queue";

/** Returns the two databases that a command names; one that is not named is that of the configuration. */
export function readSides(
  { from, to }: { from: string | undefined; to: string | undefined },
  configured: DatabaseLocation,
): { from: DatabaseLocation; to: DatabaseLocation } {
  if (from === undefined && to === undefined)
    throw new UsageError("name the other database with --from or --to: sqlite:/path, or postgres://user@host/database");
  return {
    from: from === undefined ? configured : readLocation("--from", from),
    to: to === undefined ? configured : readLocation("--to", to),
  };
}

function readLocation(option: string, text: string): DatabaseLocation {
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(text)?.[1];
  const database = file === undefined ? { url: text } : { path: file };
  try {
    // Relative to the folder in which the command was typed.
    return parseConfiguration(JSON.stringify({ database }), { file: option }).database;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [problem] = error.problems;
    const remedy = `${file === undefined ? "write sqlite:/path, or " : ""}${problem?.remedy ?? ""}`;
    throw new UsageError(`${option} ${problem?.message ?? ""}; ${remedy}`);
  }
}
