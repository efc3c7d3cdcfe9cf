import type { Session } from "@dwld/delivery";
import type { FtpConnection } from "../ftp/connection.ts";
import { FtpSession } from "../ftp/ftp-session.ts";
import { factsOf, type FtpServerSettings, openConnection } from "../ftp/open-connection.ts";
import { ServerKnowledge } from "../ftp/server-knowledge.ts";

export type ExaminedSettings = FtpServerSettings & {
  directory: string;
  verify: "size" | "hash" | "readback";
};

/** The server that is examined, over one connection; over another one only where the first has broken. */
export class Patient {
  readonly settings: ExaminedSettings;
  readonly name: string;
  readonly #signal: AbortSignal;
  readonly #facts;
  readonly #knowledge = new ServerKnowledge();
  #connection: FtpConnection | undefined;

  constructor(settings: ExaminedSettings, signal: AbortSignal) {
    this.settings = settings;
    this.#signal = signal;
    this.#facts = factsOf(settings);
    this.name = this.#facts.name;
  }

  async connection(): Promise<FtpConnection> {
    this.#signal.throwIfAborted();
    if (this.#connection?.usable !== true) this.#connection = await openConnection(this.settings, this.#facts);
    return this.#connection;
  }

  /** Does something as a delivery does it. */
  async use<Result>(action: (session: Session) => Promise<Result>): Promise<Result> {
    const connection = await this.connection();
    // The next use has the connection again.
    const pool = { give: () => {} };
    const [knowledge, facts, signal] = [this.#knowledge, this.#facts, this.#signal];
    const { idleTimeoutMs } = this.settings;
    const session = new FtpSession(connection, { pool, knowledge, facts, signal, idleTimeoutMs });
    try {
      return await action(session);
    } finally {
      session.release();
    }
  }

  close(): void {
    this.#connection?.close();
  }
}
