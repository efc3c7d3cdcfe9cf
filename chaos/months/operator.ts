import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A message that dwld sent. */
export type Message = {
  readonly atMs: number;
  readonly title: string;
  readonly text: string;
  /** The kinds of conditions that began, and of those that are over. */
  readonly began: readonly string[];
  readonly ended: readonly string[];
};

type Sent = { title: string; text: string; began: { kind: string }[]; ended: { kind: string }[] };

/** The person whom dwld tells, by a webhook. */
export class Operator implements AsyncDisposable {
  readonly messages: Message[] = [];
  readonly #now: () => number;
  readonly #server = createServer((request, response) => {
    void (async () => {
      const body = Buffer.concat((await request.toArray()) as Buffer[]).toString("utf8");
      const { title, text, began, ended } = JSON.parse(body) as Sent;
      const kinds = (parts: Sent["began"]) => parts.map(({ kind }) => kind);
      this.messages.push({ atMs: this.#now(), title, text, began: kinds(began), ended: kinds(ended) });
      response.writeHead(204).end();
    })();
  });

  private constructor(now: () => number) {
    this.#now = now;
  }

  static async start(now: () => number): Promise<Operator> {
    const operator = new Operator(now);
    operator.#server.listen(0, "127.0.0.1");
    await once(operator.#server, "listening");
    return operator;
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo | null;
    assert.ok(address);
    return `http://127.0.0.1:${address.port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}
