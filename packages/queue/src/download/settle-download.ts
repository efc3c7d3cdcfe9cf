import { insertEntries } from "../task/add-task.ts";
import type { Lease } from "../lease/claim-task.ts";
import { type Database, query } from "../table/database.ts";
import type { FailureFacts } from "../task/failure-facts.ts";
import { serializeTexts, type Texts } from "../task/texts.ts";
import { giveBack, leave, type Settled, settleFailure, success } from "../lease/leave-task.ts";
import type { siteOf } from "../task/site.ts";
import { applySiteVerdict, type SiteVerdict } from "./site-breaker.ts";
import { type MediaFacts, mediaColumns } from "./note-facts.ts";

/** A file that a download left, on this machine. */
export type DownloadedFile = { name: string; localPath: string; sizeBytes: number; sha256: string };

export type DownloadOutcome =
  | {
      outcome: "downloaded";
      files: readonly DownloadedFile[];
      media: MediaFacts;
      host: string;
      /** False where delivery is off: the files stay where they are. */
      deliver: boolean;
      /** What is not quite as it was asked for, said to a person. */
      remark?: Texts | undefined;
    }
  | {
      outcome: "expanded";
      title: string;
      entries: readonly { link: string; title: string }[];
      sites: Parameters<typeof siteOf>[1];
    }
  /** @property retryAt null ends the task; a time lets it wait until then. */
  | {
      outcome: "failed";
      failure: FailureFacts;
      retryAt: number | null;
      /** What the failure says about the site; absent where it says nothing. */
      site?: SiteVerdict;
      /** It was for want of room: so much of it makes the task due before `retryAt`. */
      wantsRoomBytes?: number;
      /** The bound on the total time counts from here on; absent: as before. */
      triedSince?: number;
    }
  /** Ended by us: no failure, costs no attempt. With a time it waits until then: it made room for another. */
  | { outcome: "interrupted"; retryAt?: number };

/** Ends what a lease was taken for, and gives it back, in one transaction. */
export async function settleDownload(
  database: Database,
  lease: Lease,
  outcome: DownloadOutcome,
  now: number,
): Promise<Settled> {
  const settled = await database.write((transaction): Settled => {
    switch (outcome.outcome) {
      case "downloaded": {
        const event = outcome.deliver ? "downloaded" : "kept";
        const ready = outcome.deliver ? { ready_at: now, host: outcome.host } : {};
        if (
          !leave(
            transaction,
            lease,
            "DOWNLOADING",
            event,
            { ...success, ...mediaColumns(outcome.media), ...ready, remark_texts: serializeTexts(outcome.remark) },
            now,
          )
        )
          return "lost";
        applySiteVerdict(transaction, lease.task.site, { verdict: "answers" }, now, 0);
        // A download that is repeated replaces what an earlier one left.
        transaction.run(query.deleteFrom("files").where("task_seq", "=", lease.task.seq));
        for (const file of outcome.files)
          transaction.run(
            query.insertInto("files").values({
              task_seq: lease.task.seq,
              host: outcome.host,
              name: file.name,
              local_path: file.localPath,
              size_bytes: file.sizeBytes,
              sha256: file.sha256,
            }),
          );
        return "settled";
      }
      case "expanded": {
        const columns = { ...success, title: outcome.title };
        if (!leave(transaction, lease, "DOWNLOADING", "expanded", columns, now)) return "lost";
        const count = insertEntries(transaction, lease.task, outcome.entries, outcome.sites, now);
        transaction.run(query.updateTable("tasks").set({ child_count: count }).where("seq", "=", lease.task.seq));
        return "settled";
      }
      case "failed": {
        const verdict = outcome.site;
        const { wantsRoomBytes } = outcome;
        const wants = { wants_room_bytes: wantsRoomBytes === undefined ? null : Math.ceil(wantsRoomBytes) };
        const result = settleFailure(transaction, lease, "DOWNLOADING", outcome, now, wants);
        if (result === "settled" && verdict !== undefined)
          applySiteVerdict(transaction, lease.task.site, verdict, now, Math.random());
        return result;
      }
      case "interrupted": {
        // A run that got as far as to make room waits neither for another attempt nor for room on the disk.
        const made = outcome.retryAt === undefined ? {} : { ...success, wants_room_bytes: null };
        const columns = { ...made, not_before: outcome.retryAt ?? null };
        return leave(transaction, lease, "DOWNLOADING", "requeued", columns, now) ? "settled" : "lost";
      }
    }
  });
  if (settled === "settled") giveBack(lease);
  return settled;
}
