import { type RawBuilder, sql } from "kysely";
import { insertEntries } from "./add-task.ts";
import type { Lease } from "./claim-task.ts";
import { type Database, query, type Transaction } from "./database.ts";
import { failureColumns, type FailureFacts } from "./failure-facts.ts";
import { refuseUndelivered } from "./deliver-file.ts";
import type { FileRow } from "./schema.ts";
import type { siteOf } from "./site.ts";
import { applySiteVerdict, type SiteVerdict } from "./site-breaker.ts";
import { type MediaFacts, mediaColumns } from "./note-facts.ts";
import { nextState, type TaskEvent, type TaskState } from "./task-state.ts";
import { forgetHidden } from "./tombstone.ts";

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
      remark?: string;
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
  /** By us: no failure, costs no attempt. */
  | { outcome: "interrupted" };

export type DeliveryOutcome =
  | {
      outcome: "delivered";
      /** What is not quite as it was asked for, said to a person; it stands behind what was said of the download. */
      remark?: string;
    }
  | { outcome: "kept" }
  | { outcome: "failed"; failure: FailureFacts; retryAt: number | null }
  | { outcome: "interrupted" };

/** By their holder: what it still does afterwards is not "lost". */
const givenBack = new WeakSet<Lease>();

/** Whether this process has settled or released the lease itself. */
export function isGivenBack(lease: Lease): boolean {
  return givenBack.has(lease);
}

/** `lost`: somebody else holds the task, or it was canceled; nothing was changed. A normal outcome. */
export type Settled = "settled" | "lost";

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
            { ...success, ...mediaColumns(outcome.media), ...ready, remark: outcome.remark ?? "" },
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
      case "interrupted":
        return leave(transaction, lease, "DOWNLOADING", "requeued", {}, now) ? "settled" : "lost";
    }
  });
  if (settled === "settled") givenBack.add(lease);
  return settled;
}

/**
 * As `settleDownload`, for a task in SENDING.
 *
 * @throws Error where it is said to be delivered and one of its files is not: a defect, and never a lie.
 */
export async function settleDelivery(
  database: Database,
  lease: Lease,
  outcome: DeliveryOutcome,
  now: number,
): Promise<Settled> {
  const settled = await database.write((transaction): Settled => {
    switch (outcome.outcome) {
      case "delivered": {
        const remark =
          outcome.remark === undefined ? {} : { remark: sql<string>`trim(remark || ' ' || ${outcome.remark})` };
        if (!leave(transaction, lease, "SENDING", "delivered", { ...success, ...remark }, now)) return "lost";
        refuseUndelivered(transaction, lease.task);
        return "settled";
      }
      case "kept":
        // Delivery was switched off meanwhile: back, and done where it is.
        if (!leave(transaction, lease, "SENDING", "requeued", {}, now)) return "lost";
        keepHere(transaction, now, lease.task.seq);
        return "settled";
      case "failed":
        return settleFailure(transaction, lease, "SENDING", outcome, now);
      case "interrupted":
        return leave(transaction, lease, "SENDING", "requeued", {}, now) ? "settled" : "lost";
    }
  });
  if (settled === "settled") givenBack.add(lease);
  return settled;
}

/** After a cancel: the owner has ended everything and removed what it made. */
export async function releaseLease(database: Database, lease: Lease): Promise<void> {
  await database.write((transaction) => {
    transaction.run(
      query
        .updateTable("tasks")
        .set({ owner: null, process_id: null })
        .where("seq", "=", lease.task.seq)
        .where("owner", "=", lease.token)
        .where("state", "=", "CANCELED"),
    );
    forgetHidden(transaction);
  });
  givenBack.add(lease);
}

/** Delivery is off: what waits for the sender is done where it lies. The number of tasks. */
export function keepHere(transaction: Transaction, now: number, seq?: number): number {
  return transaction.run(
    query
      .updateTable("tasks")
      .set({ state: "DONE", not_before: null, finished_at: now, updated_at: now, ...success })
      .where("state", "=", sql.lit("READY_TO_SEND"))
      .$if(seq !== undefined, (statement) => statement.where("seq", "=", seq ?? 0)),
  );
}

const success = failureColumns(undefined);

type Columns = Record<string, string | number | null | RawBuilder<string>>;

function settleFailure(
  transaction: Transaction,
  lease: Lease,
  from: "DOWNLOADING" | "SENDING",
  { failure, retryAt, triedSince }: { failure: FailureFacts; retryAt: number | null; triedSince?: number },
  now: number,
  also: Columns = {},
): Settled {
  const columns: Columns = {
    ...failureColumns(failure),
    ...(triedSince === undefined ? {} : { tried_since: Math.ceil(triedSince) }),
    not_before: retryAt !== null && retryAt > now ? Math.ceil(retryAt) : null,
  };
  const event = retryAt === null ? "failed" : "requeued";
  return leave(transaction, lease, from, event, { ...columns, ...also }, now) ? "settled" : "lost";
}

/** The one guarded change of state: by the lease's holder, from the state it was taken in. */
function leave(
  transaction: Transaction,
  lease: Lease,
  from: TaskState,
  event: TaskEvent,
  columns: Columns,
  now: number,
): boolean {
  const state = nextState(from, event);
  if (state === undefined) throw new Error(`a task in ${from} cannot be ${event}`);
  const changed = transaction.run(
    query
      .updateTable("tasks")
      .set({
        ...columns,
        state,
        owner: null,
        process_id: null,
        progress: null,
        updated_at: now,
        finished_at: state === "DONE" || state === "FAILED" ? now : null,
      })
      .where("seq", "=", lease.task.seq)
      .where("owner", "=", lease.token)
      .where("state", "=", from),
  );
  return changed > 0;
}

/** The files of some tasks, in the order in which they were found. */
export function filesOf(database: Transaction, taskSeqs: readonly number[]): FileRow[] {
  if (taskSeqs.length === 0) return [];
  return database.all(
    query
      .selectFrom("files")
      .selectAll()
      .where("task_seq", "in", [...taskSeqs])
      .orderBy("seq"),
  );
}

/** The state of the task that a lease still holds; undefined where it holds none. */
export function heldState(database: Transaction, token: string): TaskState | undefined {
  return database.get(query.selectFrom("tasks").select("state").where("owner", "=", token))?.state;
}
