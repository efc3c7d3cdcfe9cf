import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connect as connectTls } from "node:tls";

export type Target = {
  readonly host: string;
  readonly port: number;
  /** Whether it speaks TLS, with any certificate. */
  readonly isTls?: boolean;
};

/** A server that has not taken a packet for this long reads no more, ms. */
const stalledAfterMs = 1000;

/** A bare connection, on which anything can be sent. */
export class Wire {
  readonly #socket: Socket;
  /** Resolves when the server has ended the connection, or it broke. */
  readonly closed: Promise<void>;

  /** @param alpn the protocol to choose, over TLS. */
  constructor({ host, port, isTls = false }: Target, alpn: string) {
    this.#socket = isTls
      ? connectTls({ host, port, ALPNProtocols: [alpn], rejectUnauthorized: false }).setNoDelay()
      : connect({ host, port, noDelay: true });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#socket.on("error", () => this.#socket.destroy()).on("close", () => resolve());
    this.#socket.resume();
  }

  /** Whether the server has stopped reading what it was sent. */
  stalled = false;

  /** Resolves when the bytes have left this process, the server reads no more, or the connection is over. Returns whether more can be sent. */
  async send(bytes: Buffer | string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#socket.destroyed) return false;
    this.#socket.write(bytes, () => resolve());
    const enough = new AbortController();
    const stall = pause(stalledAfterMs, "stalled" as const, enough).catch(() => undefined);
    this.stalled = (await Promise.race([promise, this.closed, stall])) === "stalled";
    enough.abort();
    return !this.#socket.destroyed && !this.stalled;
  }

  /** Stops reading: what the server sends stays in its buffers. */
  deafen(): void {
    this.#socket.pause();
  }

  get open(): boolean {
    return !this.#socket.destroyed;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** Returns bytes that look random, the same for the same seed. */
export function noise(seed: string, length: number): Buffer {
  return createHash("shake256", { outputLength: length }).update(seed).digest();
}
