import type { Readable, Writable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { Client, FTPError } from "basic-ftp";
import { type Destination, DestinationError, type HashAlgorithm, type Session } from "./destination.ts";
import { explainFtpError, type FtpServerFacts, type FtpStep } from "./ftp-failure.ts";
import { passiveMode, restartAt } from "./ftp-passive-mode.ts";
import { createTrust } from "./ftp-tls.ts";
import { type KeptSession, SessionPool } from "./session-pool.ts";

export type FtpServerSettings = {
  host: string;
  port: number;
  user: string;
  /** Asked for at each login, so that a wrong one can be mended without a restart. */
  readPassword: () => string;
  tls: { mode: "none" | "explicit" | "implicit"; caFile?: string; fingerprint?: string };
  /** A connection on which nothing moves for so long is given up. */
  idleTimeoutMs: number;
};

/** Delivery by FTP: plain (RFC 959, RFC 2428), with AUTH TLS (RFC 4217), or with TLS from the first byte. */
export function createFtpDestination(settings: FtpServerSettings): Destination {
  const { host, port, user, tls } = settings;
  const name = `ftp://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const facts: FtpServerFacts = { name, user, password: "", tlsMode: tls.mode };
  const learned: Learned = { folders: new Set(), resumes: true };
  const pool = new SessionPool(() => openConnection(settings, facts));
  return {
    name,
    connect: async (signal) => new FtpSession(await pool.take(signal), { pool, learned, facts, signal }),
    close: () => {
      pool.close();
    },
  };
}

/** One control connection, logged in. */
class FtpConnection implements KeptSession {
  readonly client: Client;
  /** Why the last data connection was not accepted. */
  dataProblem: unknown;
  #loginFolder: string | undefined;

  constructor(client: Client) {
    this.client = client;
  }

  get usable(): boolean {
    return !this.client.closed;
  }

  async isAlive(): Promise<boolean> {
    try {
      await this.client.send("NOOP");
      return true;
    } catch (error) {
      return error instanceof FTPError && this.usable;
    }
  }

  close(): void {
    this.client.close();
  }

  /** To be asked before anything changes the folder. RFC 959 appendix II: 257 "/the ""quoted"" path". */
  async learnLoginFolder(): Promise<void> {
    const { message } = await this.client.sendIgnoringError("PWD");
    this.#loginFolder = /^257 "((?:[^"]|"")+)"/.exec(message)?.[1]?.replaceAll('""', '"').replace(/\/$/, "");
  }

  /** Relative paths begin where the login ends up, wherever the session has gone since. */
  absolute(path: string): string {
    if (path.startsWith("/")) return path;
    if (this.#loginFolder !== undefined) return `${this.#loginFolder}/${path}`;
    throw new Error("it does not say where a login ends up: let ftp.directory begin with a slash");
  }
}

async function openConnection(settings: FtpServerSettings, facts: FtpServerFacts): Promise<FtpConnection> {
  const { host, port, user, tls } = settings;
  const client = new Client(settings.idleTimeoutMs);
  const connection = new FtpConnection(client);
  let step: FtpStep = "connect";
  try {
    // The authority's file too may have been mended.
    const trust = tls.mode === "none" ? undefined : createTrust({ host, ...tls });
    if (tls.mode === "implicit") await client.connectImplicitTLS(host, port, { ...trust?.control });
    else await client.connect(host, port);
    step = "tls";
    if (tls.mode === "explicit") await client.useTLS({ ...trust?.control });
    if (trust !== undefined) {
      trust.check(client.ftp.socket as TLSSocket);
      client.ftp.tlsOptions = { ...trust.data };
    }
    client.prepareTransfer = passiveMode(trust, (problem) => (connection.dataProblem = problem));
    step = "login";
    facts.password = settings.readPassword();
    await client.login(user, facts.password);
    // Binary mode, UTF-8, protected data connections.
    await client.useDefaultSettings();
    await connection.learnLoginFolder();
    return connection;
  } catch (error) {
    client.close();
    throw explainFtpError(error, step, facts);
  }
}

/** What was found out about the server, for all sessions. */
type Learned = {
  /** Known to be there. */
  folders: Set<string>;
  resumes: boolean;
};

type Context = {
  pool: SessionPool<FtpConnection>;
  learned: Learned;
  facts: FtpServerFacts;
  signal: AbortSignal;
};

class FtpSession implements Session {
  readonly #connection: FtpConnection;
  readonly #context: Context;
  #released = false;

  constructor(connection: FtpConnection, context: Context) {
    this.#connection = connection;
    this.#context = context;
    if (context.signal.aborted) this.#abort();
    else context.signal.addEventListener("abort", this.#abort, { once: true });
  }

  async ensureFolder(path: string): Promise<void> {
    const { folders } = this.#context.learned;
    if (folders.has(path)) return;
    await this.#run("folder", path, async (client) => {
      const absolute = this.#connection.absolute(path);
      const there = await client.sendIgnoringError(`CWD ${absolute}`);
      if (there.code >= 400) {
        for (const folder of foldersTo(absolute)) await client.sendIgnoringError(`MKD ${folder}`);
        await client.send(`CWD ${absolute}`);
      }
    });
    folders.add(path);
  }

  async size(path: string): Promise<number | undefined> {
    return await this.#run("size", path, async (client) => {
      try {
        return await client.size(this.#connection.absolute(path));
      } catch (error) {
        if (error instanceof FTPError && error.code === 550) return undefined;
        throw error;
      }
    });
  }

  get hashAlgorithm(): HashAlgorithm | undefined {
    return undefined;
  }

  async hash(): Promise<string | undefined> {
    return undefined;
  }

  async read(path: string, sink: Writable): Promise<void> {
    await this.#run("read", path, async (client) => {
      await client.downloadTo(sink, this.#connection.absolute(path));
    });
  }

  get resumes(): boolean {
    return this.#context.learned.resumes;
  }

  async put(path: string, source: Readable, startAt = 0): Promise<void> {
    try {
      await this.#run("put", path, async (client) => {
        if (startAt > 0)
          restartAt(client, startAt, (error) => explainFtpError(error, "resume", this.#context.facts, path));
        await client.uploadFrom(source, this.#connection.absolute(path));
      });
    } catch (error) {
      // The folder may be what is missing. And another reply may be under way, which would answer the next command.
      const { learned } = this.#context;
      learned.folders.clear();
      if (error instanceof DestinationError && error.kind === "cannot_resume") learned.resumes = false;
      this.#connection.close();
      throw error;
    } finally {
      source.destroy();
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#run("rename", to, async (client) => {
      await client.rename(this.#connection.absolute(from), this.#connection.absolute(to));
    });
  }

  async remove(path: string): Promise<void> {
    await this.#run("remove", path, async (client) => {
      const absolute = this.#connection.absolute(path);
      try {
        await client.remove(absolute);
      } catch (error) {
        // 550 for what is absent too.
        if ((await this.size(path)) !== undefined) throw error;
      }
    });
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#context.signal.removeEventListener("abort", this.#abort);
    this.#context.pool.give(this.#connection);
  }

  /** ABOR is not understood alike everywhere: an end of the connection is. */
  readonly #abort = (): void => {
    this.#connection.close();
  };

  async #run<Result>(step: FtpStep, path: string, action: (client: Client) => Promise<Result>): Promise<Result> {
    const { signal, facts } = this.#context;
    signal.throwIfAborted();
    try {
      return await action(this.#connection.client);
    } catch (error) {
      signal.throwIfAborted();
      const { dataProblem } = this.#connection;
      // Together with the TLS session that its next data connection would resume.
      if (dataProblem !== undefined) this.#connection.close();
      throw explainFtpError(dataProblem ?? error, step, facts, path);
    }
  }
}

/** "/a/b/c": "/a", "/a/b", "/a/b/c". */
function foldersTo(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  return names.map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
}
