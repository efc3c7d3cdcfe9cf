import type { Logger } from "@dwld/daemon";
import {
  claimMessages,
  type Database,
  DatabaseError,
  endOldMessages,
  freeMessages,
  type OutboxRow,
  sendingProcesses,
  type Settlement,
  settleMessage,
  type WaitingLane,
  waitingLanes,
} from "@dwld/queue";
import { hourMs, SingleFlight } from "@dwld/timing";
import { readProcesses } from "../machine/living-processes.ts";
import { openPlaces, settlementAfter, triedForMs } from "./outcome.ts";
import type { Reply } from "./send/reply.ts";

/** Between two looks for messages whose time has come, ms. An end of a task wakes at once. */
const lookEveryMs = 5000;

/** Between two looks for messages that are too old, ms. */
const ageEveryMs = hourMs;

export type Sending = {
  readonly database: Database;
  /** The id by which this process is registered; empty: it is not. */
  readonly processId: () => string;
  /** The name of this host. */
  readonly host: string;
  /** Whether anybody is to be told anything. Otherwise the table is not asked. */
  readonly hasReceivers: () => boolean;
  /** Whether this process sends to a lane, as a target or as a receiver of the ends of tasks. */
  readonly knows: (lane: string) => "target" | "tasks" | undefined;
  /** Sends a message. Never throws. */
  readonly send: (message: OutboxRow, signal: AbortSignal) => Promise<Reply>;
  readonly logger: Pick<Logger, "info" | "warn" | "debug">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
};

/**
 * Sends the messages of the outbox until each is accepted. Of several processes one has a message, by its row. No receiver
 * waits for another.
 */
export class OutboxSender {
  readonly #sending: Sending;
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** The settlements that could not be recorded yet. */
  readonly #unsettled = new Map<OutboxRow, Settlement>();
  readonly #looking = new SingleFlight(() => this.#look());
  #timer: NodeJS.Timeout | undefined;
  #unlisten: (() => void) | undefined;
  #agedAtMs = -Infinity;
  #isStopping = false;

  constructor(sending: Sending) {
    this.#sending = sending;
  }

  start(): void {
    this.#unlisten = this.#sending.database.notifier.listen(["ends"], () => this.#wake());
    this.#timer = setInterval(() => this.#wake(), lookEveryMs).unref();
    this.#wake();
  }

  /** Ends. What is being sent is cut off when `killing` is aborted, or within the time that a receiver has. */
  async stop(killing: AbortSignal): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    this.#unlisten?.();
    const cutOff = () => this.#ending.abort();
    killing.addEventListener("abort", cutOff, { once: true });
    if (killing.aborted) cutOff();
    await this.#runLook();
    await Promise.all(this.#running);
    killing.removeEventListener("abort", cutOff);
  }

  #wake(): void {
    if (!this.#sending.hasReceivers()) return;
    void this.#runLook();
  }

  async #runLook(): Promise<void> {
    try {
      await this.#looking.run();
    } catch (error) {
      // The database logs its own trouble once.
      const level = error instanceof DatabaseError ? "debug" : "warn";
      this.#sending.logger[level]({ err: error }, "the messages that wait could not be read");
    }
  }

  async #look(): Promise<void> {
    const { database, knows, processId, now } = this.#sending;
    const atMs = now();
    for (const [message, settlement] of this.#unsettled) await this.#record(message, settlement);
    await this.#freeThoseOfTheDead();
    await this.#endOld(atMs);
    const own = processId();
    if (own === "" || this.#isStopping) return;
    const lanes = (await waitingLanes(database)).flatMap((lane) => {
      const receiver = knows(lane.name);
      return receiver === undefined ? [] : [{ ...lane, isTarget: receiver === "target" }];
    });
    for (const { name, places } of openPlaces(lanes, this.#running.size, atMs)) {
      const lane = lanes.find((each) => each.name === name);
      const claimed = await claimMessages(database, name, { processId: own, most: places }, atMs);
      for (const message of claimed) if (lane !== undefined) this.#begin(message, lane);
    }
  }

  #begin(message: OutboxRow, lane: WaitingLane): void {
    const { send, now, random, logger } = this.#sending;
    const sent = (async () => {
      const reply = await send(message, this.#ending.signal);
      // The sending ends with this process, whose place another one takes.
      if (this.#ending.signal.aborted && reply.outcome !== "accepted") return;
      const settlement = settlementAfter(reply, { message, lane }, now(), random());
      if (settlement.outcome !== "accepted")
        logger.info({ to: message.lane, attempt: message.attempts, ...settlement }, "a message was not accepted");
      await this.#record(message, settlement);
    })()
      .catch((error: unknown) => {
        logger.warn({ err: error, to: message.lane }, "a message could not be sent");
        this.#unsettled.set(message, {
          outcome: "retry",
          answer: "this server failed; its log says why",
          nextAt: now() + lookEveryMs,
        });
      })
      .finally(() => {
        this.#running.delete(sent);
        if (!this.#isStopping) this.#wake();
      });
    this.#running.add(sent);
  }

  async #record(message: OutboxRow, settlement: Settlement): Promise<void> {
    try {
      await settleMessage(this.#sending.database, message, settlement, this.#sending.now());
      this.#unsettled.delete(message);
    } catch (error) {
      // A look records it later. One that is being recorded is left to that: a failure of its receiver counts once.
      this.#unsettled.set(message, settlement);
      const level = error instanceof DatabaseError ? "debug" : "warn";
      this.#sending.logger[level]({ err: error }, "what became of a message could not be written yet");
    }
  }

  async #freeThoseOfTheDead(): Promise<void> {
    const { database, host, now, processId } = this.#sending;
    const senders = (await sendingProcesses(database)).filter((id) => id !== processId());
    if (senders.length === 0) return;
    const { processes } = await readProcesses(database, host, now());
    const living = new Set(processes.filter(({ isAlive }) => isAlive).map(({ row }) => row.id));
    for (const id of senders) if (!living.has(id)) await freeMessages(database, id);
  }

  async #endOld(now: number): Promise<void> {
    if (now - this.#agedAtMs < ageEveryMs && now >= this.#agedAtMs) return;
    this.#agedAtMs = now;
    const answer = "it was not accepted in time";
    await endOldMessages(this.#sending.database, { before: now - triedForMs, answer }, now);
  }
}
