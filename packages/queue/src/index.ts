export * from "./add-task.ts";
export * from "./attempt.ts";
export type { Bell } from "./bell.ts";
export * from "./cancel-task.ts";
export { claimTask, type ClaimKind, type Lease } from "./claim-task.ts";
export * from "./clean-history.ts";
export { type Database, openDatabase, type Transaction } from "./database.ts";
export * from "./database-error.ts";
export * from "./deliver-file.ts";
export * from "./leftovers.ts";
export * from "./list-tasks.ts";
export * from "./presence.ts";
export * from "./process-identity.ts";
export * from "./runner.ts";
export type {
  AttemptRow,
  FileRow,
  ProcessRow,
  SiteRow,
  TaskOptions,
  TaskRow,
} from "./schema.ts";
export * from "./settle-task.ts";
export * from "./site.ts";
export * from "./task-state.ts";
