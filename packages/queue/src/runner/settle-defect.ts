import { errorCode, isSystemError } from "@dwld/text";
import { backoffMs, hourMs, minuteMs } from "@dwld/timing";
import { sql } from "kysely";
import type { ClaimKind, Lease } from "../leases/claim-task.ts";
import { changeHeld } from "../leases/held-task.ts";
import { failLease, type Settled } from "../leases/end-lease.ts";
import { countedAttempt } from "../remote-files/deliver-file.ts";
import { type Database, query, type Transaction } from "../store/database.ts";
import type { TaskRow } from "../store/schema.ts";
import type { HeldState } from "../store/task-state.ts";
import type { AttemptBounds } from "../tasks/attempt-bounds.ts";
import { failureColumns, type FailureFacts } from "../tasks/failure-facts.ts";

const backoff = { firstMs: minuteMs, longestMs: hourMs };

/**
 * Ends a lease whose handler broke. That is an attempt like any other: it counts and is kept, and the task is tried
 * again later, or fails when it has used up its attempts or its time.
 *
 * @param boundsOf returns the bounds of the task as it is with this attempt.
 */
export async function settleDefect(
  database: Database,
  kind: ClaimKind,
  { lease, error, boundsOf }: { lease: Lease; error: unknown; boundsOf: (task: TaskRow) => AttemptBounds },
  now: number,
): Promise<Settled> {
  return await database.write(async (transaction): Promise<Settled> => {
    if (!(await countAttempt(transaction, kind, lease, now))) return "lost";
    const { seq } = lease.task;
    const task = (await transaction.get(query.selectFrom("tasks").selectAll().where("seq", "=", seq))) ?? lease.task;
    const retryAt = retryTime(boundsOf(task), now);
    const failure = brokenFacts(error, retryAt !== null);
    if (kind === "download") await endOpenAttempt(transaction, seq, failure, now);
    return await failLease(transaction, lease, heldStateOf[kind], { failure, retryAt, now });
  });
}

/**
 * Returns when a task whose handler broke is tried again: after 1 min, then twice as long each time, at most 1 h. Null:
 * never.
 */
function retryTime({ attemptCount, attemptLimit, giveUpAtMs = Infinity }: AttemptBounds, now: number): number | null {
  if (attemptCount >= attemptLimit || now >= giveUpAtMs) return null;
  return now + backoffMs(backoff, attemptCount);
}

/** Returns false if another process has the task by now, or if it was canceled. */
async function countAttempt(transaction: Transaction, kind: ClaimKind, lease: Lease, now: number): Promise<boolean> {
  const columns =
    kind === "delivery"
      ? countedAttempt
      : { attempt_count: sql<number>`attempt_count + 1`, tried_since: sql<number>`coalesce(tried_since, ${now})` };
  return await changeHeld(transaction, lease, columns, [heldStateOf[kind]]);
}

const heldStateOf = { download: "DOWNLOADING", delivery: "SENDING" } as const satisfies Record<ClaimKind, HeldState>;

/** The process group stays on record: the next owner of the task kills what may still run. */
async function endOpenAttempt(
  transaction: Transaction,
  seq: number,
  failure: FailureFacts,
  now: number,
): Promise<void> {
  await transaction.run(
    query
      .updateTable("attempts")
      .set({ ended_at: now, outcome: "failed", ...failureColumns(failure) })
      .where("task_seq", "=", seq)
      .where("ended_at", "is", null),
  );
}

/** Names the kind of the error and no more: its text may contain a path of this machine. The log has it all. */
function brokenFacts(error: unknown, isTriedAgain: boolean): FailureFacts {
  return {
    failureClass: "unknown",
    message: `dwld itself failed (${kindOf(error)}): its log has the details`,
    advice: {
      en: `This is a defect of dwld, or of the machine it runs on.${isTriedAgain ? " It is tried again by itself." : ""}`,
      ru: `Это ошибка самого dwld или его сервера.${isTriedAgain ? " Попробуем ещё раз." : ""}`,
    },
  };
}

/** "EACCES, mkdir", "TypeError". */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const syscall = isSystemError(error) ? error.syscall : undefined;
  return [errorCode(error) || error.name, syscall].filter((word) => word !== undefined).join(", ");
}
