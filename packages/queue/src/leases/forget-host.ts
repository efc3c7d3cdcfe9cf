import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import { findHost, isSharedWithOthers } from "../hosts/host.ts";
import { type Database, fixed, query, type Reader, type Transaction } from "../store/database.ts";
import type { HostRow } from "../store/schema-of-hosts.ts";
import { transition } from "../store/transition.ts";
import { failureColumns } from "../tasks/failure-facts.ts";
import { downloadRank } from "../tasks/rank.ts";
import { serializeTexts, type Texts } from "../tasks/texts.ts";
import { requeueTasksOf } from "./expire-lease.ts";
import { leaseMs } from "./process-registry.ts";

/** The number of tasks that start again in one transaction, so that other writes wait no longer than that. */
const batchSize = 100;

/** Returns whether a host gave a sign of life within the time of a lease, and has processes. */
export async function isHostAlive(database: Reader, host: Pick<HostRow, "name" | "silent_ms">): Promise<boolean> {
  if (host.silent_ms >= leaseMs) return false;
  return (await database.get(fixed("SELECT 1 FROM processes WHERE host = ? LIMIT 1", host.name))) !== undefined;
}

export type Forgotten = {
  /** The tasks that start again elsewhere. */
  readonly restarted: number;
};

/**
 * Declares a host gone for good: ends its leases, and starts its waiting deliveries again elsewhere, unless another host
 * shares its folder. When it comes back, its processes enter anew.
 *
 * @param leastSilentMs the silence that it must have; default: that of a host that is not alive.
 * @returns `unknown`: there is no such host; `alive`: nothing was changed.
 */
export async function forgetHost(
  database: Database,
  name: string,
  now: number,
  leastSilentMs = 0,
): Promise<Forgotten | "unknown" | "alive"> {
  const refusal = await database.write(async (transaction) => {
    const host = await forgettable(transaction, name, leastSilentMs);
    if (typeof host === "string") return host;
    await transaction.run(query.updateTable("hosts").set({ forgotten_at: now }).where("name", "=", name));
    await evictAll(transaction, name, now);
    return undefined;
  });
  return refusal ?? { restarted: await restartTasksOf(database, name, now) };
}

/**
 * Starts the waiting deliveries of a forgotten host again. Continues what another process began. Returns the number of
 * tasks.
 */
export async function restartTasksOf(database: Database, name: string, now: number): Promise<number> {
  // A read, since each process asks at each look while those who share the folder have deliveries left.
  const host = await findHost(database, name);
  if (host === undefined || (await waitingToRestart(database, host)) === 0) return 0;
  for (let restarted = 0; ; await setImmediate()) {
    const batch = await database.write(async (transaction) => await restartBatch(transaction, name, now));
    restarted += batch;
    if (batch < batchSize) return restarted;
  }
}

/** Returns what `forgetHost` would return, and changes nothing. */
export async function foreseeForgetting(database: Reader, name: string): Promise<Forgotten | "unknown" | "alive"> {
  const host = await forgettable(database, name, 0);
  return typeof host === "string" ? host : { restarted: await waitingToRestart(database, host) };
}

async function waitingToRestart(database: Reader, { name, waiting_tasks }: HostRow): Promise<number> {
  return (await isSharedWithOthers(database, name)) ? 0 : waiting_tasks;
}

async function forgettable(
  database: Reader,
  name: string,
  leastSilentMs: number,
): Promise<HostRow | "unknown" | "alive"> {
  const host = await findHost(database, name);
  if (name === "" || host === undefined || host.forgotten_at !== null) return "unknown";
  return host.silent_ms < leastSilentMs || (await isHostAlive(database, host)) ? "alive" : host;
}

async function evictAll(transaction: Transaction, host: string, now: number): Promise<void> {
  const processes = await transaction.all(fixed<{ id: string }>("SELECT id FROM processes WHERE host = ?", host));
  for (const { id } of processes) {
    await transaction.run(fixed("DELETE FROM processes WHERE id = ?", id));
    await requeueTasksOf(transaction, id, now);
  }
}

async function restartBatch(transaction: Transaction, name: string, now: number): Promise<number> {
  const host = await findHost(transaction, name);
  // The host may have come back, or nothing waits on it any more.
  if (
    host === undefined ||
    host.forgotten_at === null ||
    host.waiting_tasks === 0 ||
    (await isSharedWithOthers(transaction, name))
  )
    return 0;
  const waiting = "SELECT seq, chat_id FROM tasks WHERE state = 'READY_TO_SEND' AND host = ? ORDER BY seq LIMIT ?";
  const tasks = await transaction.all(fixed<{ seq: number; chat_id: string }>(waiting, name, batchSize));
  for (const { seq, chat_id: chatId } of tasks) {
    await transition(transaction, { where: sql<boolean>`seq = ${seq}`, from: "READY_TO_SEND" }, "restarted", {
      ...failureColumns(undefined),
      rank: downloadRank(chatId),
      ...{ host: "", ready_at: null, round: sql<number>`round + 1`, updated_at: now },
      ...{ attempt_count: 0, tried_since: null, delivery_attempt_count: 0, interruption_count: 0, remark_texts: null },
    });
    await transaction.run(fixed("DELETE FROM files WHERE task_seq = ? AND delivered_at IS NULL", seq));
    await transaction.run(fixed(lastAttempt, serializeTexts(gone), seq, seq));
  }
  return tasks.length;
}

const lastAttempt = `
  UPDATE attempts SET remark_texts = ?
  WHERE task_seq = ? AND number = (SELECT max(number) FROM attempts WHERE task_seq = ?)`;

const gone: Texts = {
  en: "the machine with its files is gone: it is downloaded again",
  ru: "машины с этими файлами больше нет: скачиваем заново",
};
