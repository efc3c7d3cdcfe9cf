import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { countHeartbeat, type DownloadsDisk, enterHost, type OwnHost } from "../hosts/host.ts";
import { type Database, query, type Reader } from "../store/database.ts";
import type { ProcessRow } from "../store/schema-of-hosts.ts";
import { heartbeatIntervalMs, leaseMs } from "../store/lease-time.ts";
import { identifyProcess } from "../store/process-identity.ts";
import { type AllSiteLimits, serializeLimits } from "./host-troubles.ts";
import { serializeTroubles, type TroubleSource, type Troubles } from "./troubles.ts";

export { heartbeatIntervalMs, leaseMs };

export type AppName = "api" | "worker" | "ftp-sender";

/**
 * Milliseconds by which a process takes its own leases for lost before others may: a command that it sends until then
 * arrives while they still wait.
 */
const leaseMarginMs = 5000;

/** The log message of a process whose `onEvicted` is called. */
export const evictedMessage =
  `this process stood still for more than ${leaseMs / 1000} s and was considered dead: ` +
  "other processes have its tasks now, and it continues with further ones";

/** The walls between the programs of a worker, and the networks and files of its machine. */
export type WorkerWalls = { readonly networkNamespace: boolean; readonly sandbox: boolean; readonly text: string };

/** A process as it knows itself. */
export type OwnProcess = {
  readonly app: AppName;
  readonly host: OwnHost;
  readonly version: string;
  readonly pid: number;
  readonly walls?: WorkerWalls;
  /** The limits of sites in its configuration, if it is a worker. */
  readonly siteLimits?: AllSiteLimits;
};

export type RegisteredProcess = {
  readonly app: AppName;
  readonly host: OwnHost;
  /** The id that holds the leases. It is new after an eviction, and empty until the process is registered. */
  readonly processId: string;
  /** Tells the operator of a trouble. @param trouble one sentence; empty: the trouble is over. */
  setTrouble(source: TroubleSource, trouble: string): void;
  setYtdlpVersion(version: string): void;
  /** Tells the limits of sites that its configuration has now. */
  setSiteLimits(limits: AllSiteLimits): void;
  /**
   * Until then, nobody takes this process for dead, and its leases hold: in milliseconds of the monotonic clock of this
   * machine, since the last heartbeat that is known to be in the table.
   */
  readonly aliveUntilMs: number;
  /** Resolves when a heartbeat is in the table. Rejects if it could not be written. */
  beat(): Promise<void>;
  /** Tells the disk of the host's folder for downloads. */
  setDisk(disk: DownloadsDisk): void;
  /** Removes this process from the table. */
  close(): Promise<void>;
};

/**
 * Registers this process, and keeps its heartbeat counting.
 *
 * @param onEvicted called if others considered this process dead (it was frozen): it has lost its leases.
 * @param onError called if a heartbeat could not be written; the next one is tried all the same.
 * @param pace the clock of the heartbeats, and the milliseconds between two of them.
 */
export async function registerProcess(
  database: Database,
  process: OwnProcess,
  events: { onEvicted?: () => void; onError: (error: unknown) => void },
  pace: { now?: () => number; intervalMs?: number } = {},
): Promise<RegisteredProcess> {
  const { app, host, pid, walls = null } = process;
  const { now = Date.now, intervalMs = heartbeatIntervalMs } = pace;
  const state = {
    ...{ id: "", troubles: {} as Troubles, ytdlpVersion: "", aliveUntilMs: -Infinity },
    disk: undefined as DownloadsDisk | undefined,
    siteLimits: process.siteLimits === undefined ? "" : serializeLimits(process.siteLimits),
  };
  const enter = async () => {
    const id = randomUUID();
    let beganMs = -Infinity;
    await database.write(async (transaction) => {
      beganMs = performance.now();
      // The process's own runner may claim only from now on.
      transaction.tell("downloads", "deliveries");
      await enterHost(transaction, host, now());
      await transaction.run(
        query.insertInto("processes").values({
          ...{ id, app, pid },
          version: process.version,
          host: host.name,
          data_id: host.dataId,
          identity: JSON.stringify(identifyProcess(pid) ?? null),
          walls: JSON.stringify(walls),
          site_limits: state.siteLimits,
          started_at: now(),
          seen_at: now(),
          troubles: serializeTroubles(state.troubles),
          ytdlp_version: state.ytdlpVersion,
        }),
      );
    });
    // Set only now: a lease of an unregistered process would be requeued.
    state.id = id;
    state.aliveUntilMs = aliveUntil(beganMs);
  };
  const heartbeat = async () => {
    let beganMs = -Infinity;
    const known = await database.write(async (transaction) => {
      // Before the commit, since others may see it that early; and anew if it is run again.
      beganMs = performance.now();
      const counted = await transaction.run(
        query
          .updateTable("processes")
          .set({
            heartbeat: sql<number>`heartbeat + 1`,
            seen_at: now(),
            troubles: serializeTroubles(state.troubles),
            ytdlp_version: state.ytdlpVersion,
            site_limits: state.siteLimits,
          })
          .where("id", "=", state.id),
      );
      if (counted > 0) await countHeartbeat(transaction, host, { disk: state.disk, now: now() });
      return counted;
    }, false);
    if (known > 0) {
      state.aliveUntilMs = aliveUntil(beganMs);
      return;
    }
    await enter();
    events.onEvicted?.();
  };
  // If the disk is full, reads still work, and the first heartbeat that can be written registers the process.
  await enter().catch(events.onError);
  let counting: Promise<void> | undefined;
  const beat = async () => {
    // Heartbeats that pile up before a locked database would say no more than one.
    counting ??= heartbeat().finally(() => {
      counting = undefined;
    });
    await counting;
  };
  const timer = setInterval(() => {
    if (counting === undefined) beat().catch(events.onError);
  }, intervalMs);
  return {
    app,
    host,
    get processId() {
      return state.id;
    },
    setTrouble: (source, trouble) => {
      state.troubles = { ...state.troubles, [source]: trouble };
    },
    setYtdlpVersion: (version) => {
      state.ytdlpVersion = version;
    },
    setSiteLimits: (limits) => {
      state.siteLimits = serializeLimits(limits);
    },
    get aliveUntilMs() {
      return state.aliveUntilMs;
    },
    beat,
    setDisk: (disk) => {
      state.disk = disk;
    },
    close: async () => {
      clearInterval(timer);
      await counting?.catch(() => undefined);
      await database.write(async (transaction) => {
        await transaction.run(query.deleteFrom("processes").where("id", "=", state.id));
      }, false);
    },
  };
}

function aliveUntil(heartbeatMs: number): number {
  return heartbeatMs + leaseMs - leaseMarginMs;
}

/** Returns undefined if the process is no worker. */
export function wallsOf({ walls }: Pick<ProcessRow, "walls">): WorkerWalls | undefined {
  return (JSON.parse(walls) as WorkerWalls | null) ?? undefined;
}

export async function listProcesses(database: Reader): Promise<ProcessRow[]> {
  return await database.all(query.selectFrom("processes").selectAll().orderBy("app").orderBy("started_at"));
}
