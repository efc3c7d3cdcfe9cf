import { eventually } from "@dwld/timing/testing";
import { execa } from "execa";
import { asDatabaseUser } from "./database-user.ts";
import { startPostgresOn, type PostgresServer } from "./postgres-server.ts";

export interface ReplicaOptions {
  /** True: a commit on the primary waits until it is on the replica. Default: asynchronous. */
  synchronous?: boolean;
  /** The address to listen at; default 127.0.0.1. */
  host?: string;
  /** Default: a free one. */
  port?: number;
}

/** A copy that follows a primary. */
export interface PostgresReplica extends PostgresServer {
  /** Waits until it has all that the primary has committed so far. */
  caughtUp(): Promise<void>;
  /** Makes it a primary with a timeline of its own. The old one should be away. */
  promote(): Promise<void>;
}

/** Starts a streaming replica. One primary has one replica. */
export async function startReplica(
  primary: PostgresServer,
  { synchronous = false, ...place }: ReplicaOptions = {},
): Promise<PostgresReplica> {
  const server = await startPostgresOn((data) => copyPrimary(primary, data), place);
  const inStep = async (condition: string) => {
    const [row] = await primary.query(`SELECT 1 FROM pg_stat_replication WHERE ${condition}`);
    return row !== undefined;
  };
  await eventually("the replica follows", () => inStep("state = 'streaming'"));
  if (synchronous) {
    await primary.set({ synchronous_standby_names: "*" });
    await eventually("the replica is synchronous", () => inStep("sync_state = 'sync'"));
  }
  return {
    ...server,
    caughtUp: async () => {
      const [row] = await primary.query("SELECT pg_current_wal_flush_lsn() AS lsn");
      await eventually("the replica has all", async () => {
        const [seen] = await server.query("SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS all", [row?.["lsn"]]);
        return seen?.["all"] === true;
      });
    },
    promote: async () => void (await server.query("SELECT pg_promote()")),
  };
}

async function copyPrimary(primary: PostgresServer, data: string): Promise<void> {
  const options = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--pgdata", data];
  const [program, ...args] = asDatabaseUser(["pg_basebackup", "--dbname", primary.url("postgres"), ...options]);
  await execa(program, args);
}
