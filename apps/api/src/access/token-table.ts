import { Code, ConnectError } from "@connectrpc/connect";
import type { Logger } from "@dwld/daemon";
import { type Database, databaseIdentity, listTokens, noteTokenUses, type TokenRow } from "@dwld/queue";
import { minuteMs, runAt, SingleFlight } from "@dwld/timing";
import type { Identity } from "./identity.ts";
import { isOfServer, isToken, readTokenId } from "./token.ts";

type Entry = {
  readonly row: TokenRow;
  readonly hash: Buffer;
  readonly identity: Identity;
  end: (reason: string) => void;
};

const retryAfterErrorMs = 1000;

/** The contract's "up to a minute old". */
const noteUsesEveryMs = minuteMs;

/** The tokens of the table in memory: read again when any process makes or revokes one. */
export class TokenTable {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #reading = new SingleFlight(() => this.#read());
  readonly #uses = new Map<string, number>();
  #server = "";
  #entries = new Map<string, Entry>();
  #tellFirst: () => void = () => undefined;
  #unlisten: (() => void) | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #forgetExpiry: (() => void) | undefined;
  #usesTimer: NodeJS.Timeout | undefined;

  private constructor(database: Database, { logger, now }: { logger: Logger; now: () => number }) {
    this.#database = database;
    this.#logger = logger;
    this.#now = now;
  }

  /** Reads the tokens, and keeps up with them until `close`. @param now milliseconds since the epoch. */
  static async open(database: Database, around: { logger: Logger; now: () => number }): Promise<TokenTable> {
    const table = new TokenTable(database, around);
    table.#server = await databaseIdentity(database);
    // Listens before it reads, so that it misses nothing between the two.
    table.#unlisten = database.notifier.listen(["access"], () => {
      void table.#keepUp();
    });
    try {
      await table.refresh();
      return table;
    } catch (error) {
      await table.close();
      throw error;
    }
  }

  /** The identity of the task table, which new tokens carry. */
  get server(): string {
    return this.#server;
  }

  /** Whether a token was ever made. One that was revoked counts: a door that got a lock keeps it. */
  get isUsed(): boolean {
    return this.#entries.size > 0;
  }

  /** Has a function called each time that the first token is seen, which any process may have made. */
  onFirst(tell: () => void): void {
    this.#tellFirst = tell;
  }

  /** All tokens, oldest first, with the newest known use of each. */
  get rows(): TokenRow[] {
    const rows = [...this.#entries.values()].filter(({ row }) => row.session_of === null);
    return rows.map(({ row }) => ({ ...row, used_at: this.#uses.get(row.id) ?? row.used_at }));
  }

  /** Reads the tokens anew. */
  async refresh(): Promise<void> {
    await this.#reading.run();
  }

  /** Returns the row of a token or a session in force or not; undefined if there is none. */
  rowOf(id: string): TokenRow | undefined {
    return this.#entries.get(id)?.row;
  }

  /** Returns whose session this is; undefined if it is none, or not any more. */
  findSession(text: string): Identity | undefined {
    const entry = this.#entries.get(readTokenId(text) ?? "");
    const { session_of: token = null } = entry?.row ?? {};
    if (!isToken(text, entry?.hash) || entry === undefined || token === null) return undefined;
    if (faultOf(entry.row, this.#now()) !== undefined) return undefined;
    this.#noteUse(token);
    return this.#inForce(entry);
  }

  /** Returns whose token this is, or a sentence that says why it is not valid. */
  find(text: string): Identity | string {
    const id = readTokenId(text);
    if (id === undefined) return "this is no whole token of dwld: copy it again, from dwld_ to its end";
    const entry = this.#entries.get(id);
    if (!isToken(text, entry?.hash) || entry === undefined || entry.row.session_of !== null)
      return entry === undefined && !isOfServer(id, this.#server)
        ? "this token was made by another server: make one here, with dwld token create"
        : "this server does not know this token: make one with dwld token create";
    const wrong = faultOf(entry.row, this.#now());
    if (wrong !== undefined) return wrong;
    this.#noteUse(id);
    return this.#inForce(entry);
  }

  /** Returns the identity of a valid token. One that ended has another in its place: it had expired by a clock that was set back. */
  #inForce(entry: Entry): Identity {
    if (!entry.identity.ended.aborted) return entry.identity;
    const renewed = entryOf(entry.row, undefined);
    this.#entries.set(entry.row.id, renewed);
    this.#endSome();
    return renewed.identity;
  }

  async close(): Promise<void> {
    this.#unlisten?.();
    this.#forgetExpiry?.();
    for (const timer of [this.#retryTimer, this.#usesTimer]) clearTimeout(timer);
    await this.#storeUses();
  }

  async #read(): Promise<void> {
    const known = this.#entries;
    const rows = await listTokens(this.#database);
    this.#entries = new Map(rows.map((row) => [row.id, entryOf(row, known.get(row.id))]));
    for (const [id, { end }] of known) if (!this.#entries.has(id)) end(sessionEnded);
    this.#endSome();
    if (known.size === 0 && this.isUsed) this.#tellFirst();
  }

  /** Ends the identities of tokens that are not valid any more, and again when the next one expires. */
  #endSome(): void {
    this.#forgetExpiry?.();
    const nowMs = this.#now();
    let nextMs = Infinity;
    for (const { row, end } of this.#entries.values()) {
      const wrong = faultOf(row, nowMs);
      if (wrong !== undefined) end(wrong);
      else nextMs = Math.min(nextMs, row.expires_at ?? Infinity);
    }
    this.#forgetExpiry = nextMs === Infinity ? undefined : runAt(nextMs, this.#now, () => this.#endSome());
  }

  async #keepUp(): Promise<void> {
    clearTimeout(this.#retryTimer);
    try {
      await this.refresh();
    } catch (error) {
      this.#logger.error({ err: error }, "the tokens could not be read; trying again");
      this.#retryTimer = setTimeout(() => void this.#keepUp(), retryAfterErrorMs);
      this.#retryTimer.unref();
    }
  }

  #noteUse(id: string): void {
    this.#uses.set(id, this.#now());
    if (this.#usesTimer !== undefined) return;
    this.#usesTimer = setTimeout(() => void this.#storeUses(), noteUsesEveryMs);
    this.#usesTimer.unref();
  }

  async #storeUses(): Promise<void> {
    this.#usesTimer = undefined;
    if (this.#uses.size === 0) return;
    const uses = new Map(this.#uses);
    this.#uses.clear();
    try {
      await noteTokenUses(this.#database, uses);
      await this.refresh();
    } catch (error) {
      // The time of a last use is a convenience: the table logs its own trouble, and the next use is noted again.
      this.#logger.debug({ err: error }, "the last use of tokens could not be stored");
    }
  }
}

/** Keeps the identity of a token, since streams hold it. */
function entryOf(row: TokenRow, known: Entry | undefined): Entry {
  if (known !== undefined) return { ...known, row };
  const ending = new AbortController();
  const chats = JSON.parse(row.chats) as string[];
  return {
    row,
    hash: Buffer.from(row.hash, "base64url"),
    identity: {
      name: row.name,
      id: row.session_of ?? row.id,
      session: row.session_of === null ? undefined : row.id,
      role: row.role,
      scope: chats.length === 0 ? "all" : chats,
      expiresAtMs: row.expires_at ?? undefined,
      ended: ending.signal,
    },
    end: (reason) => {
      if (!ending.signal.aborted) ending.abort(new ConnectError(reason, Code.Unauthenticated));
    },
  };
}

/** The answer to a caller whose session is over. */
export const sessionEnded = "the session has ended: log in again, with a token";

function faultOf({ name, expires_at, revoked_at, session_of }: TokenRow, nowMs: number): string | undefined {
  if (revoked_at !== null) return `token ${name} was revoked: make another with dwld token create`;
  if (expires_at === null || expires_at > nowMs) return undefined;
  if (session_of !== null) return sessionEnded;
  return `token ${name} expired on ${new Date(expires_at).toISOString()}: make another with dwld token create`;
}
