import type { Socket } from "node:net";
import { FTPContext } from "basic-ftp";

/** No answer of a server is longer. basic-ftp has the same limit for an answer of whole lines. */
const longestAnswerLength = 2 ** 16;

/** A data connection that broke breaks the session after this; by then the server has mostly said why. */
const dataErrorMs = 2000;

/** The connections of the FTP library, of which it makes too much in some places and too little in others. */
export class FtpContext extends FTPContext {
  #rest = "";
  /** Where the rest is from: what came before TLS began must not be taken for what came in it. */
  #source: unknown;

  /** How long an answer may take: read at each command, at the beginning of a transfer and at the end of one. */
  set patienceMs(timeoutMs: number) {
    // Read-only to the type checker alone.
    Object.assign(this, { timeout: timeoutMs });
  }

  /** basic-ftp 6.2 takes each piece that comes for whole lines: "22" is dropped, and "220 Wel" is an answer. */
  protected override _onControlSocketData(chunk: string): void {
    const text = this.socket === this.#source ? this.#rest + chunk : chunk;
    this.#source = this.socket;
    const end = text.lastIndexOf("\n") + 1;
    this.#rest = text.slice(end);
    if (this.#rest.length > longestAnswerLength)
      this.closeWithError(new Error("FTP control response exceeded maximum allowed size"));
    // oxlint-disable-next-line no-underscore-dangle -- what the library calls it
    else if (end > 0) super._onControlSocketData(text.slice(0, end));
  }

  /**
   * basic-ftp 6.2 ends the session with a data connection, and what the server says of it a moment later is lost: a
   * ProFTPD that refuses a file resets the connection before it answers.
   */
  protected override _setupDefaultErrorHandlers(socket: Socket, identifier: string): void {
    // oxlint-disable-next-line no-underscore-dangle -- what the library calls it
    if (identifier !== "data socket") super._setupDefaultErrorHandlers(socket, identifier);
    else
      socket.on("error", (error) => {
        setTimeout(() => {
          if (this.dataSocket === socket) this.closeWithError(error);
        }, dataErrorMs).unref();
      });
  }
}
