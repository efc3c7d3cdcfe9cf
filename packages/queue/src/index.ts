// The table, and what a process tells of it.
export { DatabaseError, type DatabaseProblem } from "./store/database-error.ts";
export type { Database, Transaction } from "./store/database.ts";
export { type DatabaseLocation, locationName } from "./store/location.ts";
export { openDatabase } from "./store/open-database.ts";
export { hasEnded, identifyProcess, isRunning, isWithinSight, type ProcessIdentity } from "./store/process-identity.ts";
export type { AttemptRow, EndedTasksRow, FileRow, SiteRow, StageResultRow, TaskRow } from "./store/schema.ts";
export type {
  YtdlpCheckRow,
  YtdlpResultKind,
  YtdlpResultRow,
  YtdlpCause,
  YtdlpState,
  YtdlpVersionRow,
} from "./store/schema-of-ytdlp.ts";
export type { CookieFileRow, HostRow, ProcessRow } from "./store/schema-of-hosts.ts";
export { checkTable, isTableAway, whileAnswering, whileWorking } from "./store/table-health.ts";
export {
  allTransitions,
  type FinalState,
  finalStates,
  initialStates,
  type TaskState,
  taskStates,
} from "./store/task-state.ts";

// What is told without being asked.
export type { LaneRow, NoticeRow, OutboxRow } from "./store/schema-of-notices.ts";
export {
  type Address,
  addressesOf,
  claimMessages,
  endOldMessages,
  failingSince,
  freeMessages,
  listLanes,
  sendingProcesses,
  type Settlement,
  settleMessage,
  TooManyAddressesError,
  type WaitingLane,
  waitingLanes,
} from "./outbox/outbox.ts";
export { concludeNotices, type Conclusion, listNotices } from "./notices/notices.ts";
export { type Arrivals, arrivalsBetween, brokenSites, cookiesSetAside } from "./notices/operator-facts.ts";

// Tokens, and the tasks that each may see.
export { isInScope, type Scope } from "./access/scope.ts";
export { deleteSessions, insertSession } from "./access/sessions.ts";
export { insertToken, listTokens, noteTokenUses, revokeToken, type TokenRow } from "./access/tokens.ts";

// Links and their sites.
export { findSite, listPausedSites, listSites, resumeSite, type SiteVerdict } from "./sites/site-breaker.ts";
export { setSiteLimits, type SiteLimits } from "./sites/site-limits.ts";
export { normaliseLink, siteOf } from "./sites/site-of.ts";
export { stageResults } from "./sites/stage-results.ts";

// The verbs of clients.
export {
  type AddedTask,
  addTask,
  addTasks,
  findEqual,
  findKnown,
  hashRequest,
  insertTask,
  type TaskRequest,
} from "./tasks/add-task.ts";
export { type Allowance, tableUses } from "./tasks/allowance.ts";
export { deliveryBounds, deliveryDeadline, downloadBounds } from "./tasks/attempt-bounds.ts";
export {
  cancellation,
  cancelTask,
  deleteTask,
  deletion,
  retrial,
  type RetryLimits,
  retryTask,
} from "./tasks/cancel-task.ts";
export { changeTasks, type Outcome, type Selection } from "./tasks/change-tasks.ts";
export { cleanHistory, countHistory, forgetTasks, type HistoryFilter } from "./tasks/clean-history.ts";
export { endedTasks } from "./tasks/ended-tasks.ts";
export type { FailureFacts } from "./tasks/failure-facts.ts";
export { finishRecording, keptEnd } from "./tasks/finish-recording.ts";
export { type Import, importTasks, knownKeys, type TaskToImport } from "./tasks/import-tasks.ts";
export {
  type AskedFilter,
  type Change,
  changesSince,
  countTasks,
  currentRevision,
  databaseIdentity,
  historyIdentity,
  sealKey,
  filesOf,
  findOpenTasks,
  findTask,
  findTaskBySeq,
  listTasks,
  type TaskFilter,
} from "./tasks/list-tasks.ts";
export type { Beyond } from "./tasks/insert-entries.ts";
export { logFacts } from "./tasks/log-facts.ts";
export { deletedSince, endedSince, filesToRemove, noteRemoved, workdirNeed } from "./tasks/pending-cleanup.ts";
export { rowMatcher, searchTasks } from "./tasks/search-tasks.ts";
export { shortIds } from "./tasks/short-id.ts";
export { isRefusal, type Refusal, type TaskChange } from "./tasks/task-change.ts";
export { joinTexts, parseTexts, type Texts } from "./tasks/texts.ts";
export { findThumbnail } from "./tasks/thumbnail.ts";

// Versions of yt-dlp.
export { forgetYtdlpResults, type YtdlpResult, ytdlpResults } from "./ytdlp/results.ts";
export {
  changeYtdlpVersions,
  noteYtdlpCheck,
  ytdlpChecks,
  ytdlpVersions,
  ytdlpVersionsInUse,
} from "./ytdlp/versions.ts";

// Hosts.
export { allHosts, type DownloadsDisk, type Host, type OwnHost, reachesFiles } from "./hosts/host.ts";
export { watchHosts } from "./leases/watch-hosts.ts";
export { foreseeForgetting, forgetHost } from "./leases/forget-host.ts";

// Claims, living processes, and the reasons of waits.
export { type ClaimKind, type Lease, type OnClaim } from "./leases/claim-task.ts";
export { confirmLease, type Holder } from "./leases/confirm-lease.ts";
export { LeaseLostError } from "./leases/lease-lost-error.ts";
export {
  evictedMessage,
  leaseMs,
  listProcesses,
  type RegisteredProcess,
  registerProcess,
  type WorkerWalls,
  wallsOf,
} from "./leases/process-registry.ts";
export { parseTroubles, troubleSources, type TroubleSource, type Troubles } from "./leases/troubles.ts";
export { type Sender, type Wait, type WaitFacts, type WaitingTask, waitOf } from "./leases/wait.ts";
export { longestWaiting, otherSites, sitesNamed, type WaitedTask } from "./leases/longest-waiting.ts";
export { countedPlaces, firstInLine } from "./leases/waiting-line.ts";
export { sitesInWait, waitedUntil, waitingForDelivery, waitingOf } from "./leases/waiting-tasks.ts";

// Records of the holder of a lease, while it downloads.
export {
  attemptsOf,
  type EndedAttempt,
  endAttempt,
  forgetInterruptions,
  noteProcessGroup,
  startAttempt,
  timelineOf,
} from "./attempts/attempt.ts";
export { changeCookieFile, cookieFiles, forgetCookieFiles } from "./attempts/cookie-files.ts";
export { type Facts, type MediaFacts, noteFacts } from "./attempts/note-facts.ts";
export { makeDueIfFits, waitingBytes, waitingForSpace } from "./attempts/required-space.ts";

// Records of the holder of a lease, while it delivers.
export {
  isLocalCopy,
  localDestination,
  markThere,
  reserveInTransaction,
  reserveRemotePath,
  withdrawCopies,
  type VerifiedCopy,
} from "./remote-files/deliver-file.ts";
export { giveUpDelivery } from "./remote-files/give-up-delivery.ts";
export { forgetPart, partsOf, partsToRemove, putOffRemoval, type RemovablePart } from "./remote-files/remote-parts.ts";

// The runner of tasks, and what ends a lease.
export type { DownloadStopReason, DownloadWork, Handler, StopReason, Work } from "./runner/handler.ts";
export type { RunnerEvent } from "./runner/carry-out.ts";
export { startRunner } from "./runner/runner.ts";
export { type DeliveryOutcome } from "./runner/settle-delivery.ts";
export { type DownloadedFile, type DownloadOutcome } from "./runner/settle-download.ts";
export type { RunPace } from "./runner/slots.ts";

// Backup and restore.
export type { Backup, Programs, Restored, RunProgram } from "./store/backup.ts";
export {
  backUpDatabase,
  changeMarkOf,
  inspectDatabase,
  migrateDatabase,
  restoreDatabase,
  schemaState,
} from "./store/whole-table.ts";
export type { DatabaseFacts, ServerFacts } from "./store/database-facts.ts";
export { type CopiedTable, copyDatabase, type CopyProgress } from "./copy/copy-database.ts";
