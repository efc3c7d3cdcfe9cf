import type { Readable, Writable } from "node:stream";
import { errorCode, errorText } from "@dwld/text";
import { Client, FTPError, type FTPResponse } from "basic-ftp";
// Not in the library's index.
import { uploadFrom } from "basic-ftp/dist/transfer.js";
import { FtpContext } from "./ftp-context.ts";

/**
 * The time-out of an upload's confirmation, in multiples of that of other replies: when the last byte was sent, full buffers
 * are still under way, and the server may write all of it to its disk first.
 */
const confirmationFactor = 5;

/** Milliseconds to wait for the server's reply after a data connection broke. */
const lateReplyMs = 2000;

/** The FTP library, with longer time-outs for slow replies, and with the server's own reason for a broken transfer. */
export class FtpClient extends Client {
  override readonly ftp: FtpContext;
  readonly #idleTimeoutMs: number;

  constructor(idleTimeoutMs: number) {
    super(idleTimeoutMs);
    this.#idleTimeoutMs = idleTimeoutMs;
    this.ftp = new FtpContext(idleTimeoutMs);
  }

  /** @throws FTPError for 421, which ends the session whatever the command was. */
  override async sendIgnoringError(command: string): Promise<FTPResponse> {
    const reply = await super.sendIgnoringError(command);
    if (reply.code === 421) throw new FTPError(reply);
    return reply;
  }

  /**
   * @param digit the first one of the expected code.
   * @throws FTPError for any other reply, a positive one, too.
   */
  async expect(digit: 2 | 3, command: string): Promise<void> {
    const reply = await this.send(command);
    if (Math.floor(reply.code / 100) !== digit) throw new FTPError(reply);
  }

  /** Runs an action with another time-out for replies. */
  async withReplyTimeout<Result>(timeoutMs: number, action: () => Promise<Result>): Promise<Result> {
    this.ftp.replyTimeoutMs = timeoutMs;
    try {
      return await action();
    } finally {
      this.ftp.replyTimeoutMs = this.#idleTimeoutMs;
    }
  }

  /** Stores a file. Resolves when the server has confirmed the end. After an error, close the client. */
  async storeFrom(source: Readable, path: string, { append = false } = {}): Promise<void> {
    source.once("end", () => {
      this.ftp.replyTimeoutMs = confirmationFactor * this.#idleTimeoutMs;
    });
    // The transfer reports the error; basic-ftp's own `uploadFrom` ends the session by it, and loses the server's reply.
    source.on("error", () => {});
    try {
      await this.#transfer(async () => {
        await this.prepareTransfer(this.ftp);
        // oxlint-disable-next-line no-underscore-dangle -- the name in the library
        const [ftp, tracker] = [this.ftp, this._progressTracker];
        const command = append ? "APPE" : "STOR";
        await uploadFrom(source, { ftp, tracker, command, remotePath: path, type: "upload" });
      });
    } finally {
      this.ftp.replyTimeoutMs = this.#idleTimeoutMs;
    }
  }

  /** Reads a file. Resolves when the sink has all, and the server has confirmed the end. After an error, close the client. */
  async retrieveTo(sink: Writable, path: string): Promise<void> {
    await this.#transfer(() => this.downloadTo(sink, path));
  }

  /** Prefers the server's reply to the broken stream: a server that has no more space closes the data connection and replies why. */
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
    await this.withReplyTimeout(lateReplyMs, () =>
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

/** Whether a data connection broke. If none was made, no reply is due. */
function isBrokenStream(error: unknown): boolean {
  return brokenCodes.has(errorCode(error)) && !errorText(error).startsWith("Can't open");
}
