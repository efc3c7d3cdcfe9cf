import { insertEntries, type Listed } from "../tasks/insert-entries.ts";
import type { Lease } from "../leases/claim-task.ts";
import { type Database, query, type Transaction } from "../store/database.ts";
import type { TaskEvent } from "../store/task-state.ts";
import type { Columns } from "../store/transition.ts";
import type { FailureFacts } from "../tasks/failure-facts.ts";
import { countBytes } from "../tasks/chat-bytes.ts";
import { deliveryRank } from "../tasks/rank.ts";
import { serializeTexts, type Texts } from "../tasks/texts.ts";
import { clearedFailure, endLease, failLease, type Settled } from "../leases/end-lease.ts";
import { applySiteVerdict, type SiteVerdict } from "../sites/site-breaker.ts";
import { type EndedAttempt, recordEnd } from "../attempts/attempt.ts";
import { type MediaFacts, mediaColumns } from "../attempts/note-facts.ts";

/** A downloaded file on this machine. */
export type DownloadedFile = { name: string; localPath: string; sizeBytes: number; sha256: string };

export type DownloadOutcome =
  | {
      outcome: "downloaded";
      files: readonly DownloadedFile[];
      media: MediaFacts;
      host: string;
      /** Whether its bytes are counted for its chat, since there is a limit. */
      countsBytes?: boolean;
      /** A remark to a person about how the result differs from what was asked for. */
      remark?: Texts | undefined;
      /** The attempt that ended with it. */
      attempt?: EndedAttempt;
    }
  | (Listed & {
      outcome: "expanded";
      title: string;
      /** The attempt that ended with it. */
      attempt?: EndedAttempt;
    })
  /** @property retryAt when the task is tried again, in milliseconds since the epoch; null ends it. */
  | {
      outcome: "failed";
      failure: FailureFacts;
      retryAt: number | null;
      /** The conclusion about the site, if the failure allows one. */
      site?: SiteVerdict;
      /** Present if the disk was too small: the task is due before `retryAt` when this space is free. */
      requiredFreeBytes?: number;
      /** The time from which the bound on the total time counts. Default: as before. */
      triedSince?: number;
    }
  /**
   * Ended by dwld itself: no failure, and no attempt is counted. With a time the task waits until then, since it made
   * room for another.
   */
  | { outcome: "interrupted"; retryAt?: number };

/**
 * Ends a download and gives its lease back, in one transaction, with the attempt that succeeded. That one ends even if
 * the task was canceled meanwhile.
 */
export async function settleDownload(
  database: Database,
  lease: Lease,
  outcome: DownloadOutcome,
  now: number,
): Promise<Settled> {
  return await database.write(async (transaction) => {
    if ("attempt" in outcome) await recordEnd(transaction, lease, outcome.attempt, now);
    return await applyOutcome(transaction, lease, outcome, now);
  });
}

async function applyOutcome(
  transaction: Transaction,
  lease: Lease,
  outcome: DownloadOutcome,
  now: number,
): Promise<Settled> {
  const { seq, site } = lease.task;
  const end = async (event: TaskEvent, columns: Columns) =>
    await endLease(transaction, lease, { from: "DOWNLOADING", event }, { ...columns, updated_at: now });
  switch (outcome.outcome) {
    case "downloaded": {
      const settled = await end("downloaded", {
        ...clearedFailure,
        ...mediaColumns(outcome.media),
        ready_at: now,
        rank: deliveryRank(lease.task.chat_id),
        host: outcome.host,
        remark_texts: serializeTexts(outcome.remark),
      });
      if (settled === "lost") return settled;
      const bytes = outcome.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      await Promise.all([
        applySiteVerdict(transaction, site, { verdict: "answers" }, { now, random: 0 }),
        replaceFiles(transaction, seq, outcome),
        ...(outcome.countsBytes === true ? [countBytes(transaction, lease.task.chat_id, bytes, now)] : []),
      ]);
      return settled;
    }
    case "expanded": {
      const settled = await end("expanded", { ...clearedFailure, title: outcome.title });
      if (settled === "lost") return settled;
      const { count, remark } = await insertEntries(transaction, lease.task, outcome, now);
      const columns = { child_count: count, remark_texts: serializeTexts(remark) };
      await transaction.run(query.updateTable("tasks").set(columns).where("seq", "=", seq));
      return settled;
    }
    case "failed": {
      const { failure, retryAt, requiredFreeBytes, triedSince } = outcome;
      const columns = {
        required_free_bytes: requiredFreeBytes === undefined ? null : Math.ceil(requiredFreeBytes),
        ...(triedSince === undefined ? {} : { tried_since: Math.ceil(triedSince) }),
      };
      const settled = await failLease(transaction, lease, "DOWNLOADING", { failure, retryAt, columns, now });
      if (settled === "settled" && outcome.site !== undefined)
        await applySiteVerdict(transaction, site, outcome.site, { now, random: Math.random() });
      return settled;
    }
    case "interrupted": {
      const { retryAt } = outcome;
      // A run that made room for another had begun: it waits neither for another attempt nor for disk space.
      const begun = retryAt === undefined ? {} : { ...clearedFailure, required_free_bytes: null };
      return await end("requeued", { ...begun, not_before: retryAt ?? null });
    }
  }
}

/** The files of a repeated download replace those of the one before. */
async function replaceFiles(
  transaction: Transaction,
  taskSeq: number,
  { files, host }: Extract<DownloadOutcome, { outcome: "downloaded" }>,
): Promise<void> {
  const rows = files.map(({ name, localPath, sizeBytes, sha256 }) => ({
    task_seq: taskSeq,
    host,
    name,
    local_path: localPath,
    size_bytes: sizeBytes,
    sha256,
  }));
  await Promise.all([
    transaction.run(query.deleteFrom("files").where("task_seq", "=", taskSeq)),
    ...rows.map((row) => transaction.run(query.insertInto("files").values(row))),
  ]);
}
