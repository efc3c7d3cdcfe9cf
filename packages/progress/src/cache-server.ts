import { withTimeout } from "@dwld/timing";
import { Client, Server } from "memjs";
import type { ServerAddress } from "./server-address.ts";
import { wordsFor } from "./words-for.ts";

/** One memcached that may be away, frozen or out of its mind: no call rejects, and none waits for long. */
export type CacheServer = {
  /** undefined: not there, or nobody answers. */
  readonly get: (key: string) => Promise<Buffer | undefined>;
  readonly set: (key: string, value: string, ttlSeconds: number) => Promise<void>;
  readonly delete: (key: string) => Promise<void>;
  /** "ok", or why not. It is as old as the last call; where that is long ago, another is made in the background. */
  readonly state: () => string;
  readonly close: () => void;
};

export type Patience = {
  /** Calls wait so long for an answer, or for the first answer of a connection. */
  readonly answerWithinMs: number;
  /** After a failure nobody is asked, and nobody waits, for so long. */
  readonly retryAfterMs: number;
  /** The one question that decides whether the server is back may take so long, with nobody waiting. */
  readonly probeForMs: number;
};

const defaultPatience: Patience = { answerWithinMs: 20, retryAfterMs: 1000, probeForMs: 1000 };

/** memjs's own time-outs end a socket but leave it open to a frozen server; ours come first and destroy it. */
const memjsOptions = { timeout: 5, conntimeout: 5, retries: 0, logger: { log: () => undefined } };
const probeKey = "dwld:probe";
const staleAfterMs = 5000;

type Connection = { readonly client: Client; readonly server: Server };
type State =
  | { readonly is: "up" }
  | { readonly is: "down"; readonly why: string; readonly retryAtMs: number }
  | { readonly is: "probing"; readonly why: string; readonly verdict: Promise<boolean> }
  | { readonly is: "closed" };

/**
 * A circuit breaker round one memjs connection. It opens when a call fails, or when calls wait and nothing at all
 * arrives; then one probe, shared by all who call meanwhile, decides when it closes.
 */
export function openCacheServer(address: ServerAddress, patience: Patience = defaultPatience): CacheServer {
  const now = (): number => performance.now();
  let connection = connect(address);
  let state: State = { is: "down", why: "is being connected", retryAtMs: 0 };
  /** Calls under way in the current connection, and since when it has been silent for them. */
  let waiting = 0;
  let silentSinceMs = now();
  let watching = false;
  /** Why the server, which answers, did not do what it was told. */
  let refusal: string | undefined;

  function fail(failed: Connection, why: string): void {
    if (failed !== connection) return;
    // A new one from scratch: memjs mixes up the sockets of a server that it connects a second time.
    connection = connect(address);
    waiting = 0;
    if (state.is !== "closed") state = { is: "down", why, retryAtMs: now() + patience.retryAfterMs };
    // Destroys the socket and rejects what waits; a clean close by the server alone would leave that pending for ever.
    failed.server.error(new Error(why));
  }

  async function watchForSilence(): Promise<void> {
    if (watching) return;
    watching = true;
    const watched = connection;
    for (let leftMs = patience.answerWithinMs; leftMs > 0 && waiting > 0 && watched === connection;) {
      await fairPause(leftMs);
      leftMs = silentSinceMs + patience.answerWithinMs - now();
    }
    watching = false;
    if (waiting > 0) {
      if (watched === connection) fail(watched, "does not answer");
      else await watchForSilence();
    }
  }

  /** What the command gave; undefined where the server refused, failed or was silent. */
  async function ask<T>(command: (client: Client) => Promise<T>): Promise<T | undefined> {
    const asked = connection;
    if (waiting++ === 0) silentSinceMs = now();
    void watchForSilence();
    try {
      return await command(asked.client);
    } catch (error) {
      const refused = refusalIn(error);
      if (refused === undefined) fail(asked, wordsFor(error));
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
      (error: unknown) => (refusalIn(error) === undefined ? wordsFor(error) : ""),
    );
    const why = await withTimeout(answer, patience.probeForMs, () => "does not answer");
    if (probed !== connection || state.is !== "probing") return false;
    if (why !== "") fail(probed, why);
    else state = { is: "up" };
    return why === "";
  }

  /** Whether to ask at all. Who comes while a probe has just begun waits for it a little. */
  async function reachable(): Promise<boolean> {
    if (state.is === "down" && now() >= state.retryAtMs) {
      const verdict = withTimeout(probe(connection), patience.answerWithinMs, () => false);
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

/** Waits, then lets the event loop read what has arrived, so that a busy process takes no silence of its own for the server's. */
async function fairPause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(() => setImmediate(resolve), ms));
}

function connect({ host, portOrPath }: ServerAddress): Connection {
  // net.connect(), to which memjs hands it, takes the path of a UNIX socket in the port's place.
  const server = new Server(host, portOrPath as number, undefined, undefined, { ...memjsOptions });
  return { server, client: new Client([server], { ...memjsOptions }) };
}

/** memjs begins so the errors that are the server's own answer; the connection is well. */
function refusalIn(error: unknown): string | undefined {
  return error instanceof Error ? /^MemJS [A-Z]+: (.+)$/.exec(error.message)?.[1] : undefined;
}
