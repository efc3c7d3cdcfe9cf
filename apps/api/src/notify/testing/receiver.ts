import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that a receiver got. */
export type Received = {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

/** For tests: a receiver of messages on a port of its own, which answers as the test says. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  /** How it answers; undefined: 204. */
  answer: ((response: ServerResponse, request: Received) => void) | undefined;
  readonly #server = createServer((request, response) => {
    void this.#take(request, response);
  });

  static async start(port = 0): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(port, "127.0.0.1");
    await once(receiver.#server, "listening");
    return receiver;
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo | null;
    assert.ok(address);
    return `http://127.0.0.1:${address.port}`;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = await request.toArray();
    const body = Buffer.concat(chunks as Buffer[]).toString("utf8");
    const received = { path: request.url ?? "", headers: request.headers, body };
    this.received.push(received);
    if (this.answer === undefined) response.writeHead(204).end();
    else this.answer(response, received);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}
