import type { Readable, Writable } from "node:stream";
import { FTPError } from "basic-ftp";
import { DestinationError, type HashAlgorithm, type MadeFolder, type Session, type SessionPool } from "@dwld/delivery";
import type { FtpConnection } from "./connection.ts";
import { askHash, hashTimeoutMs } from "./file-hash.ts";
import { askSize } from "./file-size.ts";
import { explainFtpError } from "./ftp-failure.ts";
import type { FtpServerFacts, FtpStep } from "./failure-text.ts";
import { makeFolder } from "./make-folder.ts";
import { resumeUpload, waysToResume } from "./resume-upload.ts";
import type { ServerKnowledge } from "./server-knowledge.ts";

type Context = {
  pool: Pick<SessionPool<FtpConnection>, "give">;
  knowledge: ServerKnowledge;
  facts: FtpServerFacts;
  idleTimeoutMs: number;
  signal: AbortSignal;
};

/** One use of a connection, until it is released. */
export class FtpSession implements Session {
  readonly #connection: FtpConnection;
  readonly #context: Context;
  #released = false;

  constructor(connection: FtpConnection, context: Context) {
    this.#connection = connection;
    this.#context = context;
    if (context.signal.aborted) this.#abort();
    else context.signal.addEventListener("abort", this.#abort, { once: true });
  }

  async ensureFolder(path: string): Promise<MadeFolder> {
    const { folders } = this.#context.knowledge;
    if (!folders.has(path)) await this.#run("folder", path, (connection) => makeFolder(connection, path));
    folders.add(path);
    return { path };
  }

  async size(path: string): Promise<number | undefined> {
    return await this.#run("size", path, (connection) => askSize(connection, this.#context.knowledge, path));
  }

  get hashAlgorithm(): HashAlgorithm | undefined {
    return this.#context.knowledge.may("hash") ? this.#connection.features.hashes[0]?.algorithm : undefined;
  }

  async hash(path: string, sizeBytes: number): Promise<string | undefined> {
    const algorithm = this.hashAlgorithm;
    if (algorithm === undefined) return undefined;
    const { knowledge, idleTimeoutMs } = this.#context;
    // A server that hangs is not asked again either.
    let found: string | undefined;
    try {
      found = await this.#run("hash", path, (connection) =>
        connection.client.withReplyTimeout(hashTimeoutMs(sizeBytes, idleTimeoutMs), () =>
          askHash(connection, algorithm, connection.absolute(path)),
        ),
      );
    } catch (error) {
      if (error instanceof DestinationError && error.kind === "stalled") knowledge.refused("hash");
      throw error;
    }
    // A file that is not there has none, and that is no refusal.
    if (found === undefined && (await this.size(path)) !== undefined) knowledge.refused("hash");
    return found;
  }

  async read(path: string, sink: Writable): Promise<void> {
    await this.#transfer(() =>
      this.#run("read", path, (connection) => connection.client.retrieveTo(sink, connection.absolute(path))),
    );
  }

  get resumes(): boolean {
    return waysToResume(this.#connection, this.#context.knowledge).length > 0;
  }

  async put(path: string, source: Readable, startAt = 0): Promise<void> {
    const { knowledge, facts } = this.#context;
    try {
      await this.#transfer(() =>
        this.#run("put", path, async (connection) => {
          if (startAt === 0) await connection.client.storeFrom(source, connection.absolute(path));
          else await resumeUpload(connection, { path, source, startAt, knowledge, facts });
        }),
      );
    } finally {
      source.destroy();
    }
  }

  async rename(from: string, to: string, confirm?: () => Promise<void>): Promise<void> {
    await this.#run("rename", to, (connection) => connection.client.expect(3, `RNFR ${connection.absolute(from)}`));
    await confirm?.();
    await this.#run("rename", to, (connection) => connection.client.expect(2, `RNTO ${connection.absolute(to)}`));
  }

  async remove(path: string): Promise<void> {
    await this.#run("remove", path, async (connection) => {
      try {
        await connection.client.remove(connection.absolute(path));
      } catch (error) {
        // An absent file is a 550, too.
        if ((await askSize(connection, this.#context.knowledge, path)) !== undefined) throw error;
      }
    });
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#context.signal.removeEventListener("abort", this.#abort);
    this.#context.pool.give(this.#connection);
  }

  /** Closes the connection, since servers differ in what they do at ABOR. */
  readonly #abort = (): void => {
    this.#connection.close();
  };

  async #transfer(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      // The folder may be missing. And a reply may be under way, which would be taken for that to the next command.
      this.#context.knowledge.folders.clear();
      this.#connection.close();
      throw error;
    }
  }

  async #run<Result>(
    step: FtpStep,
    path: string,
    action: (connection: FtpConnection) => Promise<Result>,
  ): Promise<Result> {
    const { signal, facts } = this.#context;
    signal.throwIfAborted();
    try {
      return await action(this.#connection);
    } catch (error) {
      signal.throwIfAborted();
      const { problem } = this.#connection.data;
      // Closing ends the TLS session, too, which the next data connection would resume.
      if (problem !== undefined || isEnd(error)) this.#connection.close();
      throw explainFtpError(problem ?? error, step, facts, path);
    }
  }
}

/** Whether the session is over: by 421, or by a positive reply that was not expected, after which replies are out of step. */
function isEnd(error: unknown): boolean {
  return error instanceof FTPError && (error.code === 421 || error.code < 400);
}
