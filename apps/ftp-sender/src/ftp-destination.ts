import { TLSSocket } from "node:tls";
import { Client, enterPassiveModeIPv6, type FTPContext, FTPError, type FTPResponse } from "basic-ftp";
// Not in the library's index, which offers only a PASV that may be sent elsewhere and one that fails instead.
import { connectForPassiveTransfer, parsePasvResponse } from "basic-ftp/dist/transfer.js";
import type { Destination, Session } from "./destination.ts";
import { explainFtpError, type FtpServerFacts, type FtpStep } from "./ftp-failure.ts";
import { createTrust, type Trust } from "./ftp-tls.ts";
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
  const folders = new Set<string>();
  const pool = new SessionPool(() => openConnection(settings, facts));
  return {
    name,
    connect: async (signal) => new FtpSession(await pool.take(signal), { pool, folders, facts, signal }),
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
    client.prepareTransfer = passiveMode(connection, trust);
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

/**
 * EPSV, else PASV; always to the host of the control connection. What host a PASV answer names is not looked at: it is
 * a private address behind a translating router, or an attempt to make this machine connect elsewhere (RFC 2577).
 */
function passiveMode(connection: FtpConnection, trust: Trust | undefined): (ftp: FTPContext) => Promise<FTPResponse> {
  let extended = true;
  return async (ftp) => {
    connection.dataProblem = undefined;
    const reply = extended ? await tryExtended(ftp) : undefined;
    extended = reply !== undefined;
    const entered = reply ?? (await enterPassive(ftp));
    const socket = ftp.dataSocket;
    if (trust !== undefined && socket instanceof TLSSocket)
      socket.once("secureConnect", () => {
        try {
          trust.check(socket);
        } catch (error) {
          connection.dataProblem = error;
          socket.destroy();
        }
      });
    return entered;
  };
}

async function tryExtended(ftp: FTPContext): Promise<FTPResponse | undefined> {
  try {
    return await enterPassiveModeIPv6(ftp);
  } catch (error) {
    if (ftp.closed) throw error;
    return undefined;
  }
}

async function enterPassive(ftp: FTPContext): Promise<FTPResponse> {
  const reply = await ftp.request("PASV");
  const host = ftp.socket.remoteAddress;
  if (host === undefined) throw new Error("Server closed connection unexpectedly.");
  await connectForPassiveTransfer(host, parsePasvResponse(reply.message).port, ftp);
  return reply;
}

type Context = {
  pool: SessionPool<FtpConnection>;
  /** Known to be there. */
  folders: Set<string>;
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
    const { folders } = this.#context;
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

  async put(path: string, source: Parameters<Session["put"]>[1]): Promise<void> {
    try {
      await this.#run("put", path, async (client) => {
        await client.uploadFrom(source, this.#connection.absolute(path));
      });
    } catch (error) {
      // The folder may be what is missing. And another reply may be under way, which would answer the next command.
      this.#context.folders.clear();
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
