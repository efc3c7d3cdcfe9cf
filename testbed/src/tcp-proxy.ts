import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

interface Address {
  readonly host: string;
  readonly port: number;
}

/** The way that bytes go. */
export type Direction = "toServer" | "toClient";

/** A network between clients and a server, which can fail. */
export interface TcpProxy extends Address, AsyncDisposable {
  /** Connections that are open now. */
  readonly connections: number;
  /** Delay of each byte, ms; default 0. */
  delayMs: number;
  /** Resets all connections and refuses new ones, until `mend`. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Holds all that goes one way, or both: the ends learn nothing, until `thaw`. */
  freeze(direction?: Direction): void;
  thaw(): void;
  /** Leads new connections to another server, and resets the others. */
  leadTo(server: Address): void;
  stop(): Promise<void>;
}

const both: readonly Direction[] = ["toServer", "toClient"];

/** Starts a proxy on 127.0.0.1. */
export async function startTcpProxy(server: Address): Promise<TcpProxy> {
  const network = new Network(server);
  await network.mend();
  return network;
}

class Network implements TcpProxy {
  readonly host = "127.0.0.1";
  delayMs = 0;
  #port = 0;
  #server: Address;
  #listener: Server | undefined;
  readonly #sockets = new Set<Socket>();
  /** For a way that is frozen: what waits for the thaw. */
  readonly #frozen = new Map<Direction, PromiseWithResolvers<void>>();

  constructor(server: Address) {
    this.#server = server;
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#sockets.size / 2;
  }

  async mend(): Promise<void> {
    this.#listener = createServer({ allowHalfOpen: true }, (client) => this.#join(client));
    this.#listener.listen(this.#port, this.host);
    await once(this.#listener, "listening");
    this.#port = (this.#listener.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const closed = this.#listener === undefined ? undefined : once(this.#listener, "close");
    this.#listener?.close();
    this.#listener = undefined;
    this.#reset();
    await closed;
  }

  freeze(direction?: Direction): void {
    for (const way of direction === undefined ? both : [direction])
      if (!this.#frozen.has(way)) this.#frozen.set(way, Promise.withResolvers());
  }

  thaw(): void {
    for (const { resolve } of this.#frozen.values()) resolve();
    this.#frozen.clear();
  }

  leadTo(server: Address): void {
    this.#server = server;
    this.#reset();
  }

  async stop(): Promise<void> {
    await this.cut();
    this.thaw();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  #join(client: Socket): void {
    const server = connect({ ...this.#server, allowHalfOpen: true });
    this.#pass(client, server, "toServer");
    this.#pass(server, client, "toClient");
  }

  /** Passes on bytes, the end and the loss of a connection, in their order. */
  #pass(from: Socket, to: Socket, direction: Direction): void {
    this.#sockets.add(from);
    let passed = Promise.resolve();
    const inTurn = (act: () => void) => {
      const dueMs = performance.now() + this.delayMs;
      passed = passed.then(async () => {
        if (dueMs > performance.now()) await pause(dueMs - performance.now());
        await this.#frozen.get(direction)?.promise;
        if (!to.destroyed) act();
      });
    };
    from.setNoDelay(true);
    from.on("data", (bytes) => inTurn(() => to.write(bytes)));
    from.on("end", () => inTurn(() => to.end()));
    // The loss of a connection is passed on by its close.
    from.on("error", () => undefined);
    from.on("close", () => {
      this.#sockets.delete(from);
      inTurn(() => to.destroy());
    });
  }
}
