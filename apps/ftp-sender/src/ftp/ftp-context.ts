import type { Socket } from "node:net";
import { FTPContext, type ResponseHandler } from "basic-ftp";

/** The longest reply. basic-ftp has the same limit for a reply of whole lines. */
const maxReplyLength = 2 ** 16;

/** Milliseconds after which a broken data connection ends the session: by then most servers have replied why. */
const dataErrorDelayMs = 2000;

/** A reply ends within so many time-outs, of which each line of it begins one. Some servers send lines while they compute. */
const longestReply = 5;

const transfers = /^(?:STOR|APPE|RETR|LIST|MLSD)\b/;

/**
 * FTPContext with five corrections: it joins replies that arrive in pieces, waits for none without end, keeps the session
 * open after an error of a data connection, to read the server's reply, ends a data connection that is being opened
 * together with the session, and takes no stack trace for each command.
 */
export class FtpContext extends FTPContext {
  #rest = "";
  /** The socket that the rest came from: bytes from before TLS must not be taken for bytes within it. */
  #source: unknown;
  /** The latest data connection, which the library knows only when it is open. */
  #opening: Socket | undefined;

  /** The time-out of a reply: read at each command, and at the beginning and the end of a transfer. */
  set replyTimeoutMs(timeoutMs: number) {
    // Only the type is read-only.
    Object.assign(this, { timeout: timeoutMs });
  }

  /** basic-ftp 6.2 waits for the rest of a reply as long as a line comes before each time-out. A transfer may take its time. */
  override async handle(command: string | undefined, responseHandler: ResponseHandler): Promise<unknown> {
    const answer = this.#begin(command, responseHandler);
    if (transfers.test(command ?? "")) return await answer;
    const timer = setTimeout(() => {
      this.closeWithError(new Error("Timeout (a reply without end)"));
    }, longestReply * this.timeout);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * basic-ftp 6.2 formats a stack trace for each command, in case that two overlap: a tenth of the CPU of a small file.
   * `FtpSession` sends one after the other.
   */
  #begin(command: string | undefined, responseHandler: ResponseHandler): Promise<unknown> {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return super.handle(command, responseHandler);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  /**
   * basic-ftp 6.2 goes on to open a data connection after the session is closed: where a firewall drops it, until the
   * time-out; and one that is made then stays open.
   */
  override closeWithError(error: Error): void {
    super.closeWithError(error);
    this.#opening?.destroy(new Error(error.message));
  }

  override _newSocket(): Socket {
    // oxlint-disable-next-line no-underscore-dangle -- the name in the library
    const socket = super._newSocket();
    // Sockets of control connections are made while there is none, the first one before this object has its fields.
    if (#opening in this && !this.closed) this.#opening = socket;
    return socket;
  }

  /** basic-ftp 6.2 takes each chunk for whole lines: "22" is dropped, and "220 Wel" is a reply. */
  protected override _onControlSocketData(chunk: string): void {
    const text = this.socket === this.#source ? this.#rest + chunk : chunk;
    this.#source = this.socket;
    const end = text.lastIndexOf("\n") + 1;
    this.#rest = text.slice(end);
    if (this.#rest.length > maxReplyLength)
      this.closeWithError(new Error("FTP control response exceeded maximum allowed size"));
    // oxlint-disable-next-line no-underscore-dangle -- the name in the library
    else if (end > 0) super._onControlSocketData(text.slice(0, end));
  }

  /**
   * basic-ftp 6.2 ends the session together with a data connection, and loses the server's reply a moment later: a ProFTPD
   * that refuses a file resets the connection before it replies.
   */
  protected override _setupDefaultErrorHandlers(socket: Socket, identifier: string): void {
    // oxlint-disable-next-line no-underscore-dangle -- the name in the library
    if (identifier !== "data socket") super._setupDefaultErrorHandlers(socket, identifier);
    else
      socket.on("error", (error) => {
        setTimeout(() => {
          if (this.dataSocket === socket) this.closeWithError(error);
        }, dataErrorDelayMs).unref();
      });
  }
}
