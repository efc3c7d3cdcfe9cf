import { randomUUIDv7 } from "node:crypto";
import { sql } from "kysely";
import type { Lease } from "../leases/claim-task.ts";
import { changeHeld, holds } from "../leases/held-task.ts";
import { type Database, query, raw, type Reader, type Transaction } from "../store/database.ts";
import { type Facts, recordFacts } from "./note-facts.ts";
import { failureColumns, type FailureFacts } from "../tasks/failure-facts.ts";
import { serializeTexts, type Texts } from "../tasks/texts.ts";
import type { ProcessIdentity } from "../store/process-identity.ts";
import type { AttemptRow } from "../store/schema.ts";
import type { Columns } from "../store/transition.ts";
import { noteStageResult } from "../sites/stage-results.ts";
import { noteYtdlpResults, type YtdlpResult } from "../ytdlp/results.ts";

export type AttemptResult = {
  outcome: "succeeded" | "failed" | "interrupted";
  failure?: FailureFacts;
  /** False: the attempt only found that the task has to wait, for a premiere or the end of a site's pause. */
  counts?: boolean;
  exitCode?: number;
  signal?: string;
  downloadedBytes: number;
  /** The last lines of stderr, without secrets. */
  stderrTail: string;
  /** The fate of its parts, if a person has to know it. */
  remark?: Texts;
  /** Facts that became known during the attempt, and are not recorded yet. */
  facts?: Facts;
  /** What the attempt says about versions of yt-dlp. */
  ytdlpResults?: readonly YtdlpResult[];
};

/** An attempt and its result. */
export type EndedAttempt = { row: AttemptRow; result: AttemptResult };

/**
 * Inserts the row of an attempt, with the process group of its first run, which begins only then: the next owner of the
 * task can kill what may still be writing. Returns undefined if the lease is lost.
 */
export async function startAttempt(
  database: Database,
  lease: Lease,
  attempt: {
    stage: string;
    /** The name of the host that makes it. */ host: string;
    ytdlpVersion: string;
    /** The operator's file of which the run has a copy. */ cookieFile?: string;
    /** The leader of the process group. Absent: no run began. */ leader?: ProcessIdentity;
  },
  now: number,
): Promise<AttemptRow | undefined> {
  const leader = attempt.leader === undefined ? null : JSON.stringify(attempt.leader);
  const { token, task } = lease;
  // One statement, whose condition is that the lease still holds its task.
  const begin = sql<AttemptRow>`
    INSERT INTO attempts (id, task_seq, round, number, stage, host, started_at, ytdlp_version, cookie_file,
      process_group)
    SELECT ${randomUUIDv7()}, seq, ${task.round},
      (SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE task_seq = tasks.seq),
      ${attempt.stage}, ${attempt.host}, ${now}, ${attempt.ytdlpVersion}, ${attempt.cookieFile ?? null}, ${leader}
    FROM tasks WHERE seq = ${task.seq} AND owner = ${token} AND state IN ('DOWNLOADING', 'SENDING')
    RETURNING *`;
  return await database.write(async (transaction) => await transaction.get(raw(begin)));
}

/**
 * Records the process group of a further run, before it begins. Returns false if the attempt has ended: the task is
 * another owner's by now.
 */
export async function noteProcessGroup(
  database: Database,
  attempt: AttemptRow,
  leader: ProcessIdentity,
): Promise<boolean> {
  const group = query
    .updateTable("attempts")
    .set({ process_group: JSON.stringify(leader) })
    .where("seq", "=", attempt.seq)
    .where("ended_at", "is", null);
  return (await database.write(async (transaction) => await transaction.run(group), false)) > 0;
}

/**
 * Records the end of an attempt, while the lease is held, even that of a canceled task. Without the lease, nothing
 * changes. An interrupted attempt is kept and does not count.
 */
export async function endAttempt(database: Database, lease: Lease, ended: EndedAttempt, now: number): Promise<void> {
  await database.write(async (transaction) => {
    await recordEnd(transaction, lease, ended, now);
  }, false);
}

/** Does what `endAttempt` does, within a transaction. */
export async function recordEnd(
  transaction: Transaction,
  lease: Lease,
  { row: attempt, result }: EndedAttempt,
  now: number,
): Promise<void> {
  if (!(await holds(transaction, lease, ["DOWNLOADING", "SENDING", "CANCELED"]))) return;
  const ended = await transaction.run(
    query
      .updateTable("attempts")
      .set({
        ended_at: now,
        outcome: result.outcome,
        ...failureColumns(result.failure),
        exit_code: result.exitCode ?? null,
        signal: result.signal ?? null,
        downloaded_bytes: Math.round(result.downloadedBytes),
        stderr_tail: result.stderrTail,
        process_group: null,
        ...(result.remark === undefined ? {} : { remark_texts: serializeTexts(result.remark) }),
      })
      .where("seq", "=", attempt.seq)
      .where("task_seq", "=", lease.task.seq)
      .where("ended_at", "is", null),
  );
  if (ended === 0) return;
  await recordFacts(transaction, lease, result.facts ?? {}, costOf(result, now));
  await noteYtdlpResults(transaction, lease.task.site, result.ytdlpResults ?? [], now);
  if (result.outcome !== "interrupted") {
    const where = { site: lease.task.site, stage: attempt.stage };
    await noteStageResult(transaction, where, result.outcome === "succeeded", now);
  }
}

/** Returns what an attempt costs its task. */
function costOf({ outcome, counts = true }: AttemptResult, now: number): Columns {
  if (outcome === "interrupted") return {};
  return {
    ...(counts ? { attempt_count: sql<number>`attempt_count + 1` } : {}),
    ...(outcome === "failed" ? { tried_since: sql<number>`coalesce(tried_since, ${now})` } : {}),
  };
}

/** Resets the count of interruptions: the task got further before its owner died. */
export async function forgetInterruptions(database: Database, lease: Lease): Promise<void> {
  await database.write(async (transaction) => {
    await changeHeld(transaction, lease, { interruption_count: 0 });
  }, false);
}

export async function attemptsOf(database: Reader, taskSeq: number): Promise<AttemptRow[]> {
  return await database.all(query.selectFrom("attempts").selectAll().where("task_seq", "=", taskSeq).orderBy("number"));
}

/**
 * Returns the attempts of some tasks, in their order, without stderr, which is most of what is stored of an attempt.
 */
export async function timelineOf(database: Reader, taskSeqs: readonly number[]): Promise<AttemptRow[]> {
  if (taskSeqs.length === 0) return [];
  return await database.all(
    query
      .selectFrom("attempts")
      .select([
        "seq",
        "id",
        "task_seq",
        "round",
        "number",
        "stage",
        "host",
        "remark_texts",
        "started_at",
        "ended_at",
        "outcome",
      ])
      .select(["failure_class", "failure_message", "advice_texts", "exit_code", "signal"])
      .select(["downloaded_bytes", "ytdlp_version", "process_group", "cookie_file", sql<string>`''`.as("stderr_tail")])
      .where("task_seq", "in", [...taskSeqs])
      .orderBy("task_seq")
      .orderBy("number"),
  );
}
