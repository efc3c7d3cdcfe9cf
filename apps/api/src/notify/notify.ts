import { type Configuration, ConfigurationError, type Logger } from "@dwld/daemon";
import type { OutboxRow } from "@dwld/queue";
import type { MessageSources } from "../messages/task-messages.ts";
import { type Message, trialMessage } from "./message.ts";
import { NoticeWatch } from "./notice-watch.ts";
import type { Certificate, Facts } from "./observe.ts";
import { OutboxSender } from "./outbox-sender.ts";
import type { Reply } from "./send/reply.ts";
import { nameOfTarget, sendToTarget } from "./send/target.ts";
import { tellEnd } from "./task-ended.ts";
import { TaskUrls } from "./task-urls.ts";

export type NotifyOptions = {
  /** A reload may change them. */
  readonly settings: () => Configuration["notify"];
  readonly sources: MessageSources;
  readonly deliveredBy: Facts["deliveredBy"];
  /** The name of this host. */
  readonly host: string;
  /** The id by which this process is registered; empty: it is not. */
  readonly processId: () => string;
  readonly certificate: () => Certificate | undefined;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
};

/** Tells the operator what needs a person, and programs the ends of their tasks. */
export class Notify {
  readonly #options: NotifyOptions;
  #taskUrls: { readonly of: readonly string[]; readonly list: TaskUrls } | undefined;
  readonly #watch: NoticeWatch;
  readonly #sender: OutboxSender;

  constructor(options: NotifyOptions) {
    const { settings, sources, host, logger, now } = options;
    const { database } = sources;
    this.#options = options;
    this.#watch = new NoticeWatch({ ...options, database, targets: () => settings().targets });
    this.#sender = new OutboxSender({
      ...{ database, host, logger, now },
      processId: options.processId,
      hasReceivers: () => settings().targets.length > 0 || !this.taskUrls.areNone,
      knows: (lane) => (this.targetNames.includes(lane) ? "target" : this.taskUrls.hasLane(lane) ? "tasks" : undefined),
      send: (message, signal) => this.#send(message, signal),
      random: Math.random,
    });
  }

  /** The addresses that clients may name. */
  get taskUrls(): TaskUrls {
    const { taskUrls } = this.#options.settings();
    if (this.#taskUrls?.of !== taskUrls) this.#taskUrls = { of: taskUrls, list: new TaskUrls(taskUrls) };
    return this.#taskUrls.list;
  }

  /** In the order of the configuration. */
  get targetNames(): string[] {
    return this.#options.settings().targets.map(nameOfTarget);
  }

  start(): void {
    this.#watch.start();
    this.#sender.start();
  }

  async stop(killing: AbortSignal): Promise<void> {
    await this.#watch.close();
    await this.#sender.stop(killing);
  }

  /** Sends a trial to each target at once. */
  async tryTargets(signal: AbortSignal): Promise<{ receiver: string; reply: Reply }[]> {
    const nowMs = this.#options.now();
    const message = trialMessage(nowMs);
    return await Promise.all(
      this.#options.settings().targets.map(async (target) => ({
        receiver: nameOfTarget(target),
        reply: await sendToTarget(target, message, { nowMs, signal }),
      })),
    );
  }

  async #send(row: OutboxRow, signal: AbortSignal): Promise<Reply> {
    const { sources, now } = this.#options;
    const settings = this.#options.settings();
    const sending = { nowMs: now(), signal };
    const target = settings.targets.find((each) => nameOfTarget(each) === row.lane);
    if (row.notice !== null) {
      // A reload took it away after the message was claimed.
      if (target === undefined)
        return { outcome: "refused", answer: "notify.targets does not name this target any more" };
      return await sendToTarget(target, JSON.parse(row.notice) as Message, sending);
    }
    try {
      const secretFile = settings.taskSecretFile ?? "";
      return await tellEnd({ ...sources, taskUrls: this.taskUrls, secretFile }, row, sending);
    } catch (error) {
      if (error instanceof ConfigurationError)
        return { outcome: "away", answer: `it was not called: ${error.message}` };
      throw error;
    }
  }
}
