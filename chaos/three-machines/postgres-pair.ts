import {
  accounts,
  type Network,
  type PostgresEnd,
  type PostgresServer,
  startPostgres,
  startReplica,
} from "@dwld/testbed";

const port = 5432;

/** The database of dwld. */
export const databaseName = "dwld";

/** A primary and its synchronous replica, each with an address of its own. */
export interface PostgresPair extends AsyncDisposable {
  readonly primary: PostgresServer;
  readonly replica: PostgresServer;
  /** The address of dwld's database for its configuration, with both servers, and without the password. */
  readonly url: string;
  /** Ends the primary, promotes the replica, and makes a new replica, before which nothing else may go away. */
  failOver(how: PostgresEnd): Promise<void>;
}

export async function startPostgresPair(network: Network): Promise<PostgresPair> {
  await using stack = new AsyncDisposableStack();
  const [first, second] = [await network.addAddress(2), await network.addAddress(3)];
  const settings = { max_connections: 200 };
  let primary: PostgresServer = await startPostgres({ host: first, port, settings });
  stack.defer(() => primary.stop());
  await primary.query(`CREATE DATABASE ${databaseName} OWNER ${accounts.owner.name} TEMPLATE template0`);
  let replica = await startReplica(primary, { synchronous: true, host: second, port });
  stack.defer(() => replica.stop());
  const started = stack.move();
  return {
    get primary() {
      return primary;
    },
    get replica() {
      return replica;
    },
    url: `postgres://${accounts.owner.name}@${first}:${port},${second}:${port}/${databaseName}`,
    failOver: async (how) => {
      const old = primary;
      const next = replica;
      await old.goAway(how);
      await next.promote();
      primary = next;
      await old.stop();
      replica = await startReplica(next, { synchronous: true, host: old.host, port });
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
