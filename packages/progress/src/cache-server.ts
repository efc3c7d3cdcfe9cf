import { withTimeout } from "@dwld/timing";
import { Client, Server } from "memjs";
import { explainConnectionError } from "./connection-error.ts";
import type { ServerAddress } from "./server-address.ts";

/** One memcached, which may be absent, frozen or answer nonsense: no call rejects, and none waits for long. */
export type CacheServer = {
  /** Resolves to undefined if there is no such key, or no answer. */
  readonly get: (key: string) => Promise<Buffer | undefined>;
  readonly set: (key: string, value: string, ttlSeconds: number) => Promise<void>;
  readonly delete: (key: string) => Promise<void>;
  /** Returns "ok", or why not, as of the last call. If that was long ago, makes another in the background. */
  readonly state: () => string;
  readonly close: () => void;
};

export type CacheTimeouts = {
  /** How long a call waits for an answer, or for the probe that is under way. */
  readonly answerMs: number;
  /** How long after a failure the server is not asked. */
  readonly cooldownMs: number;
  /** How long the probe that decides whether the server is back may take, while no call waits for it. */
  readonly probeMs: number;
};

const defaultTimeouts: CacheTimeouts = { answerMs: 20, cooldownMs: 1000, probeMs: 1000 };

/** Time-outs of memjs leave its socket open to a frozen server, so ours come first and destroy it. */
const memjsOptions = { timeout: 5, conntimeout: 5, retries: 0, logger: { log: () => undefined } };
const probeKey = "dwld:probe";
/** Age of the last call after which `state` makes another. */
const staleAfterMs = 5000;

type Connection = { readonly client: Client; readonly server: Server };
type State =
  | { readonly is: "up" }
  | { readonly is: "down"; readonly why: string; readonly retryAtMs: number }
  | { readonly is: "probing"; readonly why: string; readonly verdict: Promise<boolean> }
  | { readonly is: "closed" };

/**
 * A circuit breaker around one memjs connection. It opens when a call fails, or when calls wait and nothing arrives. After
 * the cooldown one probe, shared by all calls meanwhile, decides whether it closes.
 */
export function openCacheServer(address: ServerAddress, timeouts: CacheTimeouts = defaultTimeouts): CacheServer {
  const now = (): number => performance.now();
  let connection = connect(address);
  let state: State = { is: "down", why: "is being connected", retryAtMs: 0 };
  /** Calls under way on the current connection, and since when it has been silent. */
  let waiting = 0;
  let silentSinceMs = now();
  let watching = false;
  /** Why the server, although it answers, refused a command. */
  let refusal: string | undefined;

  function fail(failed: Connection, why: string): void {
    if (failed !== connection) return;
    // A new connection from scratch: memjs confuses the sockets of a server that it connects a second time.
    connection = connect(address);
    waiting = 0;
    if (state.is !== "closed") state = { is: "down", why, retryAtMs: now() + timeouts.cooldownMs };
    // Destroys the socket and rejects the waiting calls, which a clean close by the server would leave pending for ever.
    failed.server.error(new Error(why));
  }

  async function watchForSilence(): Promise<void> {
    if (watching) return;
    watching = true;
    while (waiting > 0) {
      const leftMs = silentSinceMs + timeouts.answerMs - now();
      if (leftMs > 0) await fairPause(leftMs);
      else fail(connection, "does not answer");
    }
    watching = false;
  }

  /** Runs a command. Resolves to undefined if the server refuses, fails or is silent. */
  async function ask<T>(command: (client: Client) => Promise<T>): Promise<T | undefined> {
    const asked = connection;
    if (waiting++ === 0) silentSinceMs = now();
    void watchForSilence();
    try {
      return await command(asked.client);
    } catch (error) {
      const refused = refusalIn(error);
      if (refused === undefined) fail(asked, explainConnectionError(error));
      else refusal = refused;
      return undefined;
    } finally {
      if (asked === connection) {
        waiting--;
        silentSinceMs = now();
      }
    }
  }

  async function probe(probed: Connection): Promise<boolean> {
    const answer = probed.client.get(probeKey).then(
      () => "",
      (error: unknown) => (refusalIn(error) === undefined ? explainConnectionError(error) : ""),
    );
    const why = await withTimeout(answer, timeouts.probeMs, () => "does not answer");
    if (probed !== connection || state.is !== "probing") return false;
    if (why !== "") fail(probed, why);
    else state = { is: "up" };
    return why === "";
  }

  /** Whether to ask the server. A call that comes during a probe waits for it for `answerMs`. */
  async function reachable(): Promise<boolean> {
    if (state.is === "down" && now() >= state.retryAtMs) {
      const verdict = withTimeout(probe(connection), timeouts.answerMs, () => false);
      state = { is: "probing", why: state.why, verdict };
    }
    return state.is === "probing" ? await state.verdict : state.is === "up";
  }

  async function call<T>(command: (client: Client) => Promise<T>): Promise<T | undefined> {
    return (await reachable()) ? await ask(command) : undefined;
  }

  void reachable();

  return {
    get: async (key) => (await call(async (client) => await client.get(key)))?.value ?? undefined,
    async set(key, value, ttlSeconds) {
      const stored = await call(async (client) => await client.set(key, value, { expires: ttlSeconds }));
      if (stored === true) refusal = undefined;
    },
    delete: async (key) => void (await call(async (client) => await client.delete(key))),
    state() {
      if (now() - silentSinceMs > staleAfterMs || state.is === "down")
        void call(async (client) => await client.get(probeKey));
      if (state.is === "closed") return "closed";
      if (state.is !== "up") return `memcached at ${address.text} ${state.why}`;
      return refusal === undefined ? "ok" : `memcached at ${address.text} refuses: ${refusal}`;
    },
    close() {
      state = { is: "closed" };
      fail(connection, "was closed");
    },
  };
}

/** Waits, then lets the event loop read what has arrived: a busy process must not take its own silence for the server's. */
async function fairPause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(() => setImmediate(resolve), ms));
}

function connect({ host, portOrPath }: ServerAddress): Connection {
  // memjs hands it to net.connect(), which takes the path of a UNIX socket in place of the port.
  const server = new Server(host, portOrPath as number, undefined, undefined, { ...memjsOptions });
  return { server, client: new Client([server], { ...memjsOptions }) };
}

/** Returns the server's own error, if it is one: the connection is then intact. memjs marks it by this prefix. */
function refusalIn(error: unknown): string | undefined {
  return error instanceof Error ? /^MemJS [A-Z]+: (.+)$/.exec(error.message)?.[1] : undefined;
}
