/** absent: the first start makes the table; older: the next start brings it up to date. */
export type SchemaState = "absent" | "older" | "current";

/** The state of a task table. */
export type DatabaseFacts =
  /** The first start makes it. */
  | { state: "absent"; server?: ServerFacts }
  | {
      state: "there";
      sizeBytes: number;
      tasks: number;
      /** The migrations that the next start applies. */
      pending: string[];
      /** The damage in the engine's own words; undefined: none was found, or the engine does not look. */
      damage: string | undefined;
      /** undefined: the table is in a file. */
      server?: ServerFacts;
    };

/** Facts about a server, as far as the role of dwld sees it. */
export type ServerFacts = {
  readonly version: string;
  /** Whether the connection is encrypted; undefined: it is a UNIX socket, or leads through a pooler. */
  readonly tls: string | undefined;
  readonly role: string;
  /** Statements that give the role what it lacks. */
  readonly missingGrants: readonly string[];
  /** Settings that are off, by which the server may lose what it has answered for; and what to do about it. */
  readonly lossySettings: readonly string[];
  readonly lossRemedy: string;
  readonly encoding: string;
  readonly standbys: Standbys;
  readonly connections: { readonly most: number; readonly used: number; readonly ofAProcess: number };
  /** Undefined: the server tells its own notifications; else why not. */
  readonly deaf: string | undefined;
  readonly roundTripMs: number;
  /** How far the server's clock is ahead of this machine's. */
  readonly clockAheadMs: number;
};

/** Servers that get each change from this one. */
export type Standbys =
  /** The role may see how many there are, and not which. */
  | { readonly known: false; readonly count: number; readonly commitsWait: boolean }
  | { readonly known: true; readonly synchronous: readonly string[]; readonly asynchronous: readonly string[] };
