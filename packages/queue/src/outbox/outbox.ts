import { type Database, fixed, query, type Reader, type Transaction } from "../store/database.ts";
import type { LaneRow, OutboxRow } from "../store/schema-of-notices.ts";

/** The number of addresses that one task tells at most. */
const mostAddresses = 20;

/** A task has as many addresses as it may have. */
export class TooManyAddressesError extends Error {
  readonly code = "too_many_addresses";

  constructor() {
    super(`this task tells ${mostAddresses} addresses of its end already, and no task tells more`);
    this.name = "TooManyAddressesError";
  }
}

/** An address to which the end of a task is told, and its lane. */
export type Address = { readonly url: string; readonly lane: string };

/**
 * Keeps an address for the end of a task. An address that the task has already stays as it is; a task that has ended tells
 * at once.
 *
 * @throws TooManyAddressesError
 */
export async function addAddress(transaction: Transaction, taskSeq: number, { url, lane }: Address): Promise<void> {
  await transaction.run(fixed(newLane, lane));
  const added = await transaction.run(fixed(newAddress, lane, url, taskSeq, taskSeq, mostAddresses));
  if (added > 0) transaction.tell("ends");
  else if ((await transaction.get(fixed(knownAddress, taskSeq, url))) === undefined) throw new TooManyAddressesError();
}

const newLane = "INSERT INTO lanes (name) VALUES (?) ON CONFLICT (name) DO NOTHING";
const newAddress = `
  INSERT INTO outbox (lane, task_seq, url, ends, since, next_at)
  SELECT ?, seq, ?, CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END, finished_at,
    CASE WHEN finished_at IS NULL THEN NULL ELSE 0 END
  FROM tasks WHERE seq = ? AND (SELECT count(*) FROM outbox WHERE task_seq = ?) < ?
  ON CONFLICT (task_seq, url) DO NOTHING`;
const knownAddress = "SELECT seq FROM outbox WHERE task_seq = ? AND url = ?";

/** Returns the addresses of a task, with what became of their messages. */
export async function addressesOf(database: Reader, taskSeq: number): Promise<OutboxRow[]> {
  const rows = await database.all(query.selectFrom("outbox").selectAll().where("task_seq", "=", taskSeq));
  return rows.toSorted((a, b) => a.seq - b.seq);
}

/** Writes a message to the operator for a lane. If more than `most` wait there, the oldest is given up. */
export async function addMessage(
  transaction: Transaction,
  { lane, notice, most }: { lane: string; notice: string; most: number },
  now: number,
): Promise<void> {
  await transaction.run(fixed(newLane, lane));
  await transaction.run(
    fixed("INSERT INTO outbox (lane, notice, since, next_at) VALUES (?, ?, ?, 0)", lane, notice, now),
  );
  await transaction.run(fixed(giveUpOldest, now, lane, lane, most));
  transaction.tell("ends");
}

const waitingOf = "FROM outbox WHERE lane = ? AND next_at IS NOT NULL AND owner IS NULL";
const giveUpOldest = `
  UPDATE outbox SET next_at = NULL, gave_up_at = ?, answer = 'newer messages wait'
  WHERE seq = (SELECT min(seq) ${waitingOf}) AND (SELECT count(*) ${waitingOf}) > ?`;

/** A lane with messages that wait. */
export type WaitingLane = LaneRow & {
  /** When its first message is due. */
  readonly due_at: number;
  /** The number of its messages that are being sent, by any process. */
  readonly sending: number;
};

/** Returns the lanes with messages that wait. */
export async function waitingLanes(database: Reader): Promise<WaitingLane[]> {
  return await database.all(fixed<WaitingLane>(waiting));
}

const waiting = `
  SELECT * FROM (
    SELECT lanes.*,
      (SELECT next_at FROM outbox WHERE lane = lanes.name AND next_at IS NOT NULL AND owner IS NULL
        ORDER BY next_at, seq LIMIT 1) AS due_at,
      (SELECT count(*) FROM outbox WHERE owner IS NOT NULL AND lane = lanes.name) AS sending
    FROM lanes) AS each_lane
  WHERE due_at IS NOT NULL ORDER BY name`;

/**
 * Claims up to `most` due messages of a lane for a process, which sends them and then calls `settleMessage`. If it is gone
 * before that, they are free again.
 */
export async function claimMessages(
  database: Database,
  lane: string,
  { processId, most }: { processId: string; most: number },
  now: number,
): Promise<OutboxRow[]> {
  return await database.write(
    async (transaction) => await transaction.all(fixed<OutboxRow>(claim, processId, lane, now, most)),
    false,
  );
}

const claim = `
  UPDATE outbox SET owner = ?, attempts = attempts + 1
  WHERE seq IN (SELECT seq FROM outbox WHERE lane = ? AND next_at <= ? AND next_at IS NOT NULL AND owner IS NULL
    ORDER BY next_at, seq LIMIT ?)
  RETURNING *`;

/** The outcome of sending a message. */
export type Settlement = {
  /** For a person. */
  readonly answer: string;
} & (
  | { readonly outcome: "accepted" }
  | { readonly outcome: "given up" }
  /** @property laneRetryAt the receiver takes nothing before this time; absent: it refused this message alone. */
  | { readonly outcome: "retry"; readonly nextAt: number; readonly laneRetryAt?: number }
);

/**
 * Records what became of a message. Nothing changes in it if it was claimed again, or its task ended anew. A process that
 * was taken for dead, so that its messages were freed, still tells the truth about one that nobody has claimed since.
 */
export async function settleMessage(
  database: Database,
  message: OutboxRow,
  settlement: Settlement,
  now: number,
): Promise<void> {
  const { answer, outcome } = settlement;
  const nextAt = outcome === "retry" ? settlement.nextAt : null;
  const acceptedAt = outcome === "accepted" ? now : null;
  const gaveUpAt = outcome === "given up" ? now : null;
  const { seq, ends, attempts, lane } = message;
  await database.write(async (transaction) => {
    await transaction.run(fixed(settled, nextAt, acceptedAt, gaveUpAt, answer, seq, ends, attempts));
    if (outcome === "accepted") await transaction.run(fixed(laneAccepts, now, answer, lane));
    else {
      const retryAt = outcome === "retry" ? (settlement.laneRetryAt ?? 0) : 0;
      await transaction.run(fixed(laneFails, now, retryAt === 0 ? 0 : 1, retryAt, answer, lane));
    }
  }, false);
}

const settled = `
  UPDATE outbox SET owner = NULL, next_at = ?, accepted_at = ?, gave_up_at = ?, answer = ?
  WHERE seq = ? AND ends = ? AND attempts = ?`;
const laneAccepts =
  "UPDATE lanes SET accepted_at = ?, failing_since = NULL, failures = 0, retry_at = 0, answer = ? WHERE name = ?";
const laneFails = `
  UPDATE lanes SET failing_since = coalesce(failing_since, ?), failures = (failures + 1) * ?, retry_at = ?, answer = ?
  WHERE name = ?`;

/** Returns the processes that send messages. */
export async function sendingProcesses(database: Reader): Promise<string[]> {
  const rows = await database.all(fixed<{ owner: string }>(senders));
  return rows.map(({ owner }) => owner);
}

const senders = "SELECT DISTINCT owner FROM outbox WHERE owner IS NOT NULL";

/** Frees the messages that a process was sending before it was gone. */
export async function freeMessages(database: Database, processId: string): Promise<void> {
  await database.write(async (transaction) => {
    await transaction.run(fixed("UPDATE outbox SET owner = NULL WHERE owner = ?", processId));
  }, false);
}

/**
 * Gives up what has waited since before a time, and forgets messages to the operator that ended before it. A message that is
 * to be sent later than any pause lasts has its time from a clock that was set back since: it is due.
 */
export async function endOldMessages(
  database: Database,
  { before, answer }: { before: number; answer: string },
  now: number,
): Promise<void> {
  const later = now + (now - before);
  if ((await database.get(fixed(oldOnes, before, later, before))) === undefined) return;
  await database.write(async (transaction) => {
    await transaction.run(fixed(dueAgain, later));
    await transaction.run(fixed(giveUpOld, now, answer, before));
    await transaction.run(fixed(forgetOld, before));
  }, false);
}

const oldOnes = `
  SELECT seq FROM outbox
  WHERE (next_at IS NOT NULL AND owner IS NULL AND (since < ? OR next_at > ?))
    OR (task_seq IS NULL AND next_at IS NULL AND since < ?) LIMIT 1`;
const dueAgain = "UPDATE outbox SET next_at = 0 WHERE next_at > ? AND owner IS NULL";
const giveUpOld = `
  UPDATE outbox SET next_at = NULL, gave_up_at = ?, answer = CASE WHEN answer = '' THEN ? ELSE answer END
  WHERE next_at IS NOT NULL AND since < ? AND owner IS NULL`;
const forgetOld = "DELETE FROM outbox WHERE task_seq IS NULL AND next_at IS NULL AND since < ?";

/** Returns the receivers that are known, with the number of messages that wait for each, up to 1,000. */
export async function listLanes(database: Reader): Promise<(LaneRow & { waiting: number })[]> {
  return await database.all(fixed<LaneRow & { waiting: number }>(lanes));
}

/**
 * Returns since when a receiver has accepted nothing while messages wait for it, of several the first; undefined: all accept
 * what they get. A receiver that nothing waits for may be none any more: it was taken from the configuration, or said so.
 */
export async function failingSince(database: Reader): Promise<number | undefined> {
  const row = await database.get(fixed<{ since: number | null }>(firstFailing));
  return row?.since ?? undefined;
}

const firstFailing = `
  SELECT min(failing_since) AS since FROM lanes
  WHERE EXISTS (SELECT 1 FROM outbox WHERE lane = lanes.name AND next_at IS NOT NULL)`;

const lanes = `
  SELECT lanes.*,
    (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE lane = lanes.name AND next_at IS NOT NULL LIMIT 1000) AS bounded) AS waiting
  FROM lanes ORDER BY name`;
