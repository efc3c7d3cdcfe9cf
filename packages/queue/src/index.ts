export * from "./task/add-task.ts";
export * from "./download/attempt.ts";
export { deliveryBounds, deliveryDeadline, downloadBounds } from "./task/attempt-bounds.ts";
export { type Backup, backUpDatabase } from "./backup/backup-database.ts";
export { BackupError } from "./backup/backup-error.ts";
export type { Bell } from "./table/bell.ts";
export * from "./task/cancel-task.ts";
export { claimTask, type ClaimKind, type Lease, nextDueTime } from "./lease/claim-task.ts";
export * from "./task/clean-history.ts";
export * from "./download/cookie-files.ts";
export type { Database, Transaction } from "./table/database.ts";
export { DatabaseError, type DatabaseProblem } from "./table/database-error.ts";
export { isLocalCopy, localDestination, markDelivered, markThere, reserveRemotePath } from "./delivery/deliver-file.ts";
export type { FailureFacts } from "./task/failure-facts.ts";
export * from "./task/finish-recording.ts";
export * from "./delivery/give-up-delivery.ts";
export * from "./task/import-tasks.ts";
export { inspectDatabase } from "./table/inspect-database.ts";
export * from "./task/leftovers.ts";
export * from "./task/list-tasks.ts";
export { logFacts } from "./task/log-facts.ts";
export * from "./download/note-facts.ts";
export { openDatabase } from "./table/open-database.ts";
export * from "./lease/presence.ts";
export { expireLeases, LeaseWatch } from "./lease/expire-lease.ts";
export * from "./lease/line.ts";
export * from "./lease/troubles.ts";
export * from "./lease/wait.ts";
export * from "./lease/waiting-tasks.ts";
export * from "./table/process-identity.ts";
export { type Restored, restoreDatabase } from "./backup/restore-database.ts";
export * from "./download/room.ts";
export {
  forgetPart,
  partsOf,
  partsToRemove,
  putOffRemoval,
  type RemoteName,
  type RemovablePart,
} from "./delivery/remote-parts.ts";
export type { RunPace } from "./places.ts";
export { carryOut, type Rules } from "./carry-out.ts";
export * from "./handler.ts";
export * from "./runner.ts";
export type {
  AttemptRow,
  CookieFileRow,
  FileRow,
  ProcessRow,
  SiteRow,
  StageResultRow,
  TaskRow,
} from "./table/schema.ts";
export { type DownloadedFile, type DownloadOutcome, settleDownload } from "./download/settle-download.ts";
export { type DeliveryOutcome, settleDelivery } from "./delivery/settle-delivery.ts";
export { shortIds } from "./task/short-id.ts";
export * from "./task/search-tasks.ts";
export * from "./task/site.ts";
export * from "./download/site-breaker.ts";
export * from "./download/site-limits.ts";
export * from "./download/stage-results.ts";
export * from "./table/table-trouble.ts";
export * from "./task/texts.ts";
export * from "./table/task-state.ts";
export { bury, forgetHidden } from "./task/tombstone.ts";
