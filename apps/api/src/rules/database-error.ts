import { Code, ConnectError } from "@connectrpc/connect";
import type { DatabaseProblem } from "@dwld/queue";
import { retryIn } from "./limit-error.ts";

/** When to come again while the task table is busy, and while its server restarts or another takes its place, ms. */
const busyRetryMs = 1000;
const absenceRetryMs = 5000;

/** Returns the error of a problem of the task table; undefined if it is one that no client is told. */
export function databaseError(problem: DatabaseProblem): ConnectError | undefined {
  const code = codeOf(problem);
  if (code === undefined) return undefined;
  if (code !== Code.Unavailable) return new ConnectError(publicSentence(problem), code);
  const { headers, detail } = retryIn(problem === "away" ? absenceRetryMs : busyRetryMs);
  return new ConnectError(publicSentence(problem), code, headers, [detail]);
}

function codeOf(problem: DatabaseProblem): Code | undefined {
  switch (problem) {
    case "away":
    case "busy":
    case "closed":
    case "unopenable":
    case "unwritable":
    case "disk_failed":
    case "replaced":
    case "newer_schema":
      return Code.Unavailable;
    case "disk_full":
      return Code.ResourceExhausted;
    case "damaged":
    case "not_a_database":
      return Code.DataLoss;
    case "migration_failed":
    case "foreign_database":
      return undefined;
  }
}

/** Names no path, since a client must not learn of the server's disk. */
function publicSentence(problem: DatabaseProblem): string {
  switch (problem) {
    case "away":
      return "the server's database cannot be reached at the moment; repeat the call, with the same request_id if it adds a link";
    case "busy":
      return "the task table is busy; nothing was changed; repeat the call";
    case "closed":
      return "the server is shutting down; nothing was changed; repeat the call";
    case "unopenable":
    case "unwritable":
    case "disk_failed":
    case "replaced":
      return "the task table cannot be written at the moment; nothing was changed; its operator finds the reason in the server's log";
    case "newer_schema":
      return "the server is being upgraded; nothing was changed; repeat the call in a moment";
    case "disk_full":
      return "the disk of the task table is full; nothing was changed; free some space and repeat the call";
    case "damaged":
    case "not_a_database":
      return "the task table is damaged; nothing was changed; its operator finds what to do in the server's log";
    case "migration_failed":
    case "foreign_database":
      return "the task table cannot be used";
  }
}
