import assert from "node:assert/strict";
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type WatchTasksResponse, WatchTasksResponseSchema } from "@dwld/rpc";
import { keepConnected, type Ports, type Who } from "../keep-connected.ts";
import type { Link } from "../link.ts";
import type { Change } from "../presence.ts";

export const beganMs = Date.parse("2026-11-27T12:00:00Z");

/** A stream of the server, as the test lets it go on. */
class Stream {
  readonly sinceRevision: string;
  readonly ending: AbortSignal;
  readonly heard: () => void;
  readonly #events: WatchTasksResponse[] = [];
  #wake = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | undefined;

  constructor(sinceRevision: string, { ending, heard }: Parameters<Ports["watch"]>[1]) {
    this.sinceRevision = sinceRevision;
    this.ending = ending;
    this.heard = heard;
    ending.addEventListener("abort", () => this.fail(new ConnectError("aborted", Code.Canceled)));
  }

  tell(init: MessageInitShape<typeof WatchTasksResponseSchema>): void {
    this.heard();
    this.#events.push(create(WatchTasksResponseSchema, init));
    this.#wake.resolve();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchTasksResponse> {
    for (;;) {
      yield* this.#events.splice(0);
      if (this.#failure !== undefined) throw this.#failure.error;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }
}

/** A tab, its clocks, and a server, for tests. */
export class World {
  readonly streams: Stream[] = [];
  readonly links: Link[] = [];
  readonly applied: number[] = [];
  readonly ending = new AbortController();
  forgotten = 0;
  isShown = true;
  steadyMs = 0;
  #movedMs = 0;
  who: () => Promise<Who> = () => Promise.resolve("same");
  readonly #listeners = new Set<(change: Change) => void>();
  done: Promise<void> | undefined;

  /** Returns a world whose time is that of the test. */
  static begin(): World {
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: beganMs });
    return new World();
  }

  async end(): Promise<void> {
    this.ending.abort();
    await this.done;
    mock.timers.reset();
  }

  async start(): Promise<void> {
    this.done = keepConnected(
      {
        presence: {
          isShown: () => this.isShown,
          listen: (listener) => {
            this.#listeners.add(listener);
            return () => this.#listeners.delete(listener);
          },
        },
        clocks: {
          wallMs: () => Date.now() + this.#movedMs,
          steadyMs: () => this.steadyMs,
          serverTime: () => new Date(),
        },
        random: () => 1,
        identify: () => this.who(),
        watch: (...asked) => {
          const stream = new Stream(...asked);
          this.streams.push(stream);
          return stream;
        },
        apply: (events) => void this.applied.push(events.length),
        forget: () => void (this.forgotten += 1),
        tellLink: (link) => void this.links.push(link),
      },
      this.ending.signal,
    );
    await settled();
  }

  async change(change: Change): Promise<void> {
    if (change !== "network") this.isShown = change === "shown";
    for (const listener of this.#listeners) listener(change);
    await settled();
  }

  /** Lets time go by, second by second, as it does while the machine is awake. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1000) {
      this.steadyMs += Math.min(1000, left);
      mock.timers.tick(Math.min(1000, left));
      await settled();
    }
  }

  /** The machine sleeps, or its clock is set: timers and the steady clock do not notice. */
  moveClock(ms: number): void {
    this.#movedMs += ms;
  }

  get stream(): Stream {
    const stream = this.streams.at(-1);
    assert.ok(stream);
    return stream;
  }

  async tell(init: MessageInitShape<typeof WatchTasksResponseSchema> = {}): Promise<void> {
    this.stream.tell(init);
    await settled();
  }

  async fail(error: unknown): Promise<void> {
    this.stream.fail(error);
    await settled();
  }

  get link(): Link {
    const link = this.links.at(-1);
    assert.ok(link);
    return link;
  }

  get states(): string[] {
    return this.links.map(({ state }) => state);
  }
}

/** Promises that follow one another are not timers. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await turn();
}

export const away = new ConnectError("Failed to fetch", Code.Unknown);
export const unauthenticated = new ConnectError("the session has ended", Code.Unauthenticated);
