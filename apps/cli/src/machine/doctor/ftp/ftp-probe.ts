import type { Session } from "@dwld/delivery";
import {
  factsOf,
  type FtpConnection,
  type FtpServerSettings,
  FtpSession,
  openConnection,
  ServerKnowledge,
} from "@dwld/ftp-sender/ftp";

export type ProbedSettings = FtpServerSettings & {
  directory: string;
  verify: "size" | "hash" | "readback";
};

/** Reaches the FTP server over one connection, and over another one only if the first has broken. */
export class FtpProbe {
  readonly settings: ProbedSettings;
  readonly name: string;
  readonly #signal: AbortSignal;
  readonly #facts;
  readonly #knowledge = new ServerKnowledge();
  #connection: FtpConnection | undefined;

  constructor(settings: ProbedSettings, signal: AbortSignal) {
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

  /** Acts in a session, as a delivery does. */
  async use<Result>(action: (session: Session) => Promise<Result>): Promise<Result> {
    const connection = await this.connection();
    // The connection stays for the next use.
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
