import type { Socket } from "node:net";

/**
 * The connections of HTTP/1.1 on which nothing was sent yet. Node does not count them as idle when a server closes, and
 * a browser opens some in advance.
 */
export class SilentConnections {
  readonly #sockets = new Set<Socket>();

  /** Adds a new connection; over TLS, the decrypted one. */
  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  /** Cuts off those that are still silent. */
  end(): void {
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
