export * from "./add-task.ts";
export * from "./attempt.ts";
export { deliveryDeadline, downloadBounds } from "./attempt-bounds.ts";
export { type Backup, backUpDatabase } from "./backup-database.ts";
export { BackupError } from "./backup-error.ts";
export type { Bell } from "./bell.ts";
export * from "./cancel-task.ts";
export { claimTask, type ClaimKind, type Lease, nextDueTime } from "./claim-task.ts";
export * from "./clean-history.ts";
export * from "./cookie-files.ts";
export type { Database, Transaction } from "./database.ts";
export { DatabaseError, type DatabaseProblem } from "./database-error.ts";
export {
  countDeliveryAttempt,
  markDelivered,
  markSourceDeleted,
  markThere,
  noteLocalPath,
  type RemoteName,
  reserveRemotePath,
} from "./deliver-file.ts";
export type { FailureFacts } from "./failure-facts.ts";
export * from "./finish-recording.ts";
export * from "./give-up-delivery.ts";
export * from "./import-tasks.ts";
export { inspectDatabase } from "./inspect-database.ts";
export * from "./leftovers.ts";
export * from "./list-tasks.ts";
export { logFacts } from "./log-facts.ts";
export * from "./note-facts.ts";
export { openDatabase } from "./open-database.ts";
export * from "./presence.ts";
export * from "./process-identity.ts";
export { type Restored, restoreDatabase } from "./restore-database.ts";
export * from "./room.ts";
export { forgetPart, partsOf, partsToRemove, putOffRemoval, type RemovablePart } from "./remote-parts.ts";
export * from "./runner.ts";
export type { AttemptRow, CookieFileRow, FileRow, ProcessRow, SiteRow, StageResultRow, TaskRow } from "./schema.ts";
export * from "./settle-task.ts";
export * from "./site.ts";
export * from "./site-breaker.ts";
export * from "./site-limits.ts";
export * from "./stage-results.ts";
export * from "./table-trouble.ts";
export * from "./task-options.ts";
export * from "./task-state.ts";
export { bury, forgetHidden } from "./tombstone.ts";
