export * from "./tasks/add-task.ts";
export * from "./attempts/attempt.ts";
export { deliveryBounds, deliveryDeadline, downloadBounds } from "./tasks/attempt-bounds.ts";
export { type Backup, backUpDatabase } from "./backup/backup-database.ts";
export { BackupError } from "./backup/backup-error.ts";
export type { ChangeNotifier } from "./store/change-notifier.ts";
export * from "./tasks/cancel-task.ts";
export { claimTask, type ClaimKind, type Lease, nextDueTime } from "./leases/claim-task.ts";
export * from "./tasks/clean-history.ts";
export * from "./attempts/cookie-files.ts";
export type { Database, Transaction } from "./store/database.ts";
export { DatabaseError, type DatabaseProblem } from "./store/database-error.ts";
export {
  isLocalCopy,
  localDestination,
  markDelivered,
  markThere,
  reserveRemotePath,
} from "./remote-files/deliver-file.ts";
export type { FailureFacts } from "./tasks/failure-facts.ts";
export * from "./tasks/finish-recording.ts";
export * from "./remote-files/give-up-delivery.ts";
export * from "./tasks/import-tasks.ts";
export { inspectDatabase } from "./store/inspect-database.ts";
export * from "./tasks/pending-cleanup.ts";
export * from "./tasks/list-tasks.ts";
export { logFacts } from "./tasks/log-facts.ts";
export * from "./attempts/note-facts.ts";
export { openDatabase } from "./store/open-database.ts";
export * from "./leases/process-registry.ts";
export { expireLeases, LeaseWatch } from "./leases/expire-lease.ts";
export * from "./leases/waiting-line.ts";
export * from "./leases/troubles.ts";
export * from "./leases/wait.ts";
export * from "./leases/waiting-tasks.ts";
export * from "./store/process-identity.ts";
export { type Restored, restoreDatabase } from "./backup/restore-database.ts";
export * from "./attempts/required-space.ts";
export {
  forgetPart,
  partsOf,
  partsToRemove,
  putOffRemoval,
  type RemoteName,
  type RemovablePart,
} from "./remote-files/remote-parts.ts";
export type { RunPace } from "./runner/slots.ts";
export { carryOut, type HandlerOptions } from "./runner/carry-out.ts";
export * from "./runner/handler.ts";
export * from "./runner/runner.ts";
export type {
  AttemptRow,
  CookieFileRow,
  FileRow,
  ProcessRow,
  SiteRow,
  StageResultRow,
  TaskRow,
} from "./store/schema.ts";
export { type DownloadedFile, type DownloadOutcome, settleDownload } from "./runner/settle-download.ts";
export { type DeliveryOutcome, settleDelivery } from "./runner/settle-delivery.ts";
export { shortIds } from "./tasks/short-id.ts";
export * from "./tasks/search-tasks.ts";
export * from "./sites/site-of.ts";
export * from "./sites/site-breaker.ts";
export * from "./sites/site-limits.ts";
export * from "./sites/stage-results.ts";
export * from "./store/table-health.ts";
export * from "./tasks/texts.ts";
export * from "./store/task-state.ts";
export { insertTombstone, purgeDeleted } from "./tasks/tombstone.ts";
