import type { Readable } from "node:stream";
import { Client, FTPContext, FTPError, type FTPResponse } from "basic-ftp";

/** No answer of a server is longer. basic-ftp has the same limit for an answer of whole lines. */
const longestAnswerLength = 2 ** 16;

/**
 * The confirmation of an upload may take so many times as long as any other answer: what lies in the buffers between
 * is still under way when the last byte was sent, and the server may write all of it to its disk first.
 */
const confirmationFactor = 5;

/** The FTP library, with answers that may come in pieces, and patience where it is due. */
export class FtpClient extends Client {
  override readonly ftp: WholeAnswers;
  readonly #idleTimeoutMs: number;

  constructor(idleTimeoutMs: number) {
    super(idleTimeoutMs);
    this.#idleTimeoutMs = idleTimeoutMs;
    this.ftp = new WholeAnswers(idleTimeoutMs);
  }

  /** 421 ends the session, whatever was asked: it is no answer. */
  override async sendIgnoringError(command: string): Promise<FTPResponse> {
    const reply = await super.sendIgnoringError(command);
    if (reply.code === 421) throw new FTPError(reply);
    return reply;
  }

  /** @param timeoutMs how long the answer to what is asked in `action` may take. */
  async patiently<Result>(timeoutMs: number, action: () => Promise<Result>): Promise<Result> {
    this.#setTimeout(timeoutMs);
    try {
      return await action();
    } finally {
      this.#setTimeout(this.#idleTimeoutMs);
    }
  }

  /** Resolves when the server has confirmed the end. */
  async storeFrom(source: Readable, path: string, { append = false } = {}): Promise<void> {
    const awaitConfirmation = () => {
      this.#setTimeout(confirmationFactor * this.#idleTimeoutMs);
    };
    source.once("end", awaitConfirmation);
    try {
      await (append ? this.appendFrom(source, path) : this.uploadFrom(source, path));
    } finally {
      source.off("end", awaitConfirmation);
      this.#setTimeout(this.#idleTimeoutMs);
    }
  }

  /** Read by the library at each command, at the beginning of a transfer and at the end of one. */
  #setTimeout(timeoutMs: number): void {
    const context: { timeout: number } = this.ftp;
    context.timeout = timeoutMs;
  }
}

/**
 * basic-ftp 6.2 takes each piece that comes for whole lines: "22" is dropped, and "220 Wel" is an answer. This hands it
 * whole lines alone.
 */
class WholeAnswers extends FTPContext {
  #rest = "";
  /** Where the rest is from: what came before TLS began must not be taken for what came in it. */
  #source: unknown;

  protected override _onControlSocketData(chunk: string): void {
    const text = this.socket === this.#source ? this.#rest + chunk : chunk;
    this.#source = this.socket;
    const end = text.lastIndexOf("\n") + 1;
    this.#rest = text.slice(end);
    if (this.#rest.length > longestAnswerLength) this.closeWithError(new Error("an answer without an end"));
    // oxlint-disable-next-line no-underscore-dangle -- what the library calls it
    else if (end > 0) super._onControlSocketData(text.slice(0, end));
  }
}
