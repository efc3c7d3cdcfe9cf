import type { Readable, Writable } from "node:stream";
import { errorCode, errorText } from "@dwld/text";
import { Client, FTPError, type FTPResponse } from "basic-ftp";
// Not in the library's index.
import { uploadFrom } from "basic-ftp/dist/transfer.js";
import { FtpContext } from "./ftp-context.ts";

/**
 * The confirmation of an upload may take so many times as long as any other answer: what lies in the buffers between
 * is still under way when the last byte was sent, and the server may write all of it to its disk first.
 */
const confirmationFactor = 5;

/** When a data connection has broken, the server's word on it is waited for so long. */
const lateReplyMs = 2000;

/** The FTP library, with patience where it is due, and the server's own reasons where it gives them. */
export class FtpClient extends Client {
  override readonly ftp: FtpContext;
  readonly #idleTimeoutMs: number;

  constructor(idleTimeoutMs: number) {
    super(idleTimeoutMs);
    this.#idleTimeoutMs = idleTimeoutMs;
    this.ftp = new FtpContext(idleTimeoutMs);
  }

  /** 421 ends the session, whatever was asked: it is no answer. */
  override async sendIgnoringError(command: string): Promise<FTPResponse> {
    const reply = await super.sendIgnoringError(command);
    if (reply.code === 421) throw new FTPError(reply);
    return reply;
  }

  /**
   * @param digit the first of the answer's code.
   * @throws FTPError for any other answer, good ones too.
   */
  async expect(digit: 2 | 3, command: string): Promise<void> {
    const reply = await this.send(command);
    if (Math.floor(reply.code / 100) !== digit) throw new FTPError(reply);
  }

  /** @param timeoutMs how long the answer to what is asked in `action` may take. */
  async patiently<Result>(timeoutMs: number, action: () => Promise<Result>): Promise<Result> {
    this.ftp.patienceMs = timeoutMs;
    try {
      return await action();
    } finally {
      this.ftp.patienceMs = this.#idleTimeoutMs;
    }
  }

  /** Resolves when the server has confirmed the end. After an error the client is to be closed. */
  async storeFrom(source: Readable, path: string, { append = false } = {}): Promise<void> {
    source.once("end", () => {
      this.ftp.patienceMs = confirmationFactor * this.#idleTimeoutMs;
    });
    // Told by the transfer; basic-ftp's own `uploadFrom` ends the session by it, and with it the server's word.
    source.on("error", () => {});
    try {
      await this.#transfer(async () => {
        await this.prepareTransfer(this.ftp);
        // oxlint-disable-next-line no-underscore-dangle -- what the library calls it
        const [ftp, tracker] = [this.ftp, this._progressTracker];
        const command = append ? "APPE" : "STOR";
        await uploadFrom(source, { ftp, tracker, command, remotePath: path, type: "upload" });
      });
    } finally {
      this.ftp.patienceMs = this.#idleTimeoutMs;
    }
  }

  /** Resolves when the sink has all, and the server has confirmed the end. After an error the client is to be closed. */
  async retrieveTo(sink: Writable, path: string): Promise<void> {
    await this.#transfer(() => this.downloadTo(sink, path));
  }

  /** A server that refuses, or has no more space, closes the data connection, and says why in the same moment. */
  async #transfer(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (this.closed || !isBrokenStream(error)) throw error;
      const reply = await this.#lateReply();
      throw reply === undefined || reply.code < 400 ? error : new FTPError(reply);
    }
  }

  async #lateReply(): Promise<FTPResponse | undefined> {
    const late = Promise.withResolvers<FTPResponse | undefined>();
    await this.patiently(lateReplyMs, () =>
      this.ftp.handle(undefined, (reply, task) => {
        if (reply instanceof FTPError) late.resolve({ code: reply.code, message: reply.message });
        else late.resolve(reply instanceof Error ? undefined : reply);
        task.resolve(undefined);
      }),
    );
    return await late.promise;
  }
}

const brokenCodes = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_DESTROYED",
]);

/** A data connection that was there: where none was made, nothing was asked. */
function isBrokenStream(error: unknown): boolean {
  return brokenCodes.has(errorCode(error)) && !errorText(error).startsWith("Can't open");
}
