import { randomUUID } from "node:crypto";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { type DownloadService, type Task, TaskState } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import type { TaskEvent } from "./follow-tasks.ts";
import type { Order } from "./order.ts";
import { type Downloader, rankDownloaders } from "./rank-downloaders.ts";
import { describeEnd, describeState } from "./words.ts";

/** A downloader has the link on its disk before it answers, which takes milliseconds. */
const answerTimeoutMs = 5000;

export type DispatcherOptions = {
  here: () => Downloader[];
  clientOf: (downloader: Downloader) => Client<typeof DownloadService>;
  /** Tells a chat something, or, without one, whoever runs the bot. */
  say: (chatId: string | undefined, line: string) => void;
};

/**
 * Gives each link to a downloader, tells its chat what becomes of it, and gives it to another one when the first is
 * gone. One that comes back is told to cancel what another one has by now.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #orders = new Set<Order>();
  /** How many orders each downloader was given since it last told how many tasks it has. */
  readonly #given = new Map<string, number>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Somebody sent a link. */
  async take(chatId: string, text: string): Promise<void> {
    const link = URL.parse(text);
    if (link === null) {
      this.#options.say(chatId, `${oneLine(text)}: this is no link`);
      return;
    }
    const order: Order = { id: randomUUID(), chatId, link, asking: false, strays: new Set(), over: false, said: "" };
    this.#orders.add(order);
    await this.#place(order);
  }

  /** A downloader is there: for what waits, and to clean up after its absence. */
  async onHeard(downloader: Downloader): Promise<void> {
    this.#given.delete(downloader.name);
    for (const order of this.#orders) {
      if (order.at === undefined && !order.over) await this.#place(order);
      else if (order.strays.has(downloader.name)) await this.#cancelStray(order, downloader);
    }
  }

  /** What it had goes to others. */
  async onGone({ name }: Downloader): Promise<void> {
    for (const order of this.#orders) {
      if (order.at?.downloader !== name || order.over) continue;
      this.#say(order, `${name} is gone`);
      delete order.at;
      order.strays.add(name);
      await this.#place(order);
    }
  }

  /** A downloader told of its tasks. */
  onEvent({ name }: Downloader, event: TaskEvent): void {
    switch (event.case) {
      case "snapshot":
        for (const task of event.value.tasks) this.#onTask(name, task);
        return;
      case "changed":
        this.#onTask(name, event.value);
        return;
      case "deletedId": {
        const order = this.#find(name, event.value);
        if (order !== undefined) this.#end(order, `was deleted on ${name}`);
        return;
      }
      case "progress":
      case "wait":
      case "heartbeat":
      case undefined:
    }
  }

  #onTask(downloader: string, task: Task): void {
    const order = this.#find(downloader, task.id);
    if (order === undefined) return;
    const end = describeEnd(task);
    if (end === undefined) this.#say(order, `${describeState(task)} on ${downloader}`);
    else this.#end(order, `${end} on ${downloader}`);
  }

  /** Asks one downloader after the other, the best first, until one takes it. */
  async #place(order: Order): Promise<void> {
    if (order.asking) return;
    order.asking = true;
    try {
      for (const downloader of rankDownloaders(order.link, this.#options.here(), this.#given)) {
        if (await this.#ask(order, downloader)) return;
      }
    } finally {
      order.asking = false;
    }
    this.#say(order, "waits for a downloader that takes it");
  }

  /** Whether that was the last one to ask. */
  async #ask(order: Order, downloader: Downloader): Promise<boolean> {
    const { name } = downloader;
    const client = this.#options.clientOf(downloader);
    try {
      const request = { link: order.link.href, chatId: order.chatId, requestId: order.id };
      let { task } = await client.addTask(request, { timeoutMs: answerTimeoutMs });
      // It had it before, and was told to cancel it.
      if (task?.state === TaskState.CANCELED)
        ({ task } = await client.retryTask({ id: task.id }, { timeoutMs: answerTimeoutMs }));
      if (task === undefined) throw new ConnectError("an answer without a task", Code.Internal);
      // Gone while it answered.
      if (!this.#options.here().some((other) => other.name === name)) throw new ConnectError("gone", Code.Unavailable);
      order.at = { downloader: name, taskId: task.id };
      order.strays.delete(name);
      this.#given.set(name, (this.#given.get(name) ?? 0) + 1);
      this.#say(order, `goes to ${name}`);
      // What was told of it before we knew its id is lost: this is how it stands now.
      const { task: now = task } = await client
        .getTask({ id: task.id }, { timeoutMs: answerTimeoutMs })
        .catch(() => ({ task }));
      this.#onTask(name, now);
      return true;
    } catch (error) {
      const { code, rawMessage } = ConnectError.from(error);
      if (code === Code.InvalidArgument) {
        this.#end(order, `is refused: ${rawMessage}`);
        return true;
      }
      // Where the connection broke or the answer was late, it may have taken the link all the same.
      if (code !== Code.ResourceExhausted) order.strays.add(name);
      this.#options.say(undefined, oneLine(`${name} does not take ${order.link.href} now: ${rawMessage}`));
      return false;
    }
  }

  /** By the id of the request, which finds the task, or makes one to be canceled. */
  async #cancelStray(order: Order, downloader: Downloader): Promise<void> {
    const client = this.#options.clientOf(downloader);
    try {
      const request = { link: order.link.href, chatId: order.chatId, requestId: order.id };
      const { task } = await client.addTask(request, { timeoutMs: answerTimeoutMs });
      const end = task && describeEnd(task);
      if (end === undefined) await client.cancelTask({ id: task?.id ?? "" }, { timeoutMs: answerTimeoutMs });
      this.#say(order, `${end ?? "canceled"} on ${downloader.name}, which was gone and is back`);
      order.strays.delete(downloader.name);
      this.#forgetIfOver(order);
    } catch {
      // Its next heartbeat brings us here again.
    }
  }

  #find(downloader: string, taskId: string): Order | undefined {
    return [...this.#orders].find(({ at, over }) => !over && at?.downloader === downloader && at.taskId === taskId);
  }

  #end(order: Order, words: string): void {
    order.over = true;
    this.#say(order, words);
    this.#forgetIfOver(order);
  }

  #forgetIfOver(order: Order): void {
    if (order.over && order.strays.size === 0) this.#orders.delete(order);
  }

  #say(order: Order, words: string): void {
    if (order.said === words) return;
    order.said = words;
    this.#options.say(order.chatId, `${order.link.href}: ${oneLine(words)}`);
  }
}
