import type { Socket } from "node:net";

/** A client that connects in order to call has sent something by then, ms. */
const patienceMs = 500;

/**
 * The connections of HTTP/1.1 on which nothing was sent yet. Node does not count them as idle when a server closes, and
 * a browser opens some in advance.
 */
export class SilentConnections {
  /** When each began, ms of the monotonic clock. */
  readonly #begunAtMs = new Map<Socket, number>();

  /** Adds a new connection; over TLS, the decrypted one. */
  add(socket: Socket): void {
    this.#begunAtMs.set(socket, performance.now());
    socket.once("close", () => this.#begunAtMs.delete(socket));
  }

  /** Cuts off those that have been silent for a while. A call that is on its way is still answered. */
  end(): void {
    const before = performance.now() - patienceMs;
    for (const [socket, begunAtMs] of this.#begunAtMs)
      if (socket.bytesRead === 0 && begunAtMs < before) socket.destroy();
  }
}
