import { randomUUID } from "node:crypto";
import type { Client, Notification } from "pg";
import { type ChangeNotifier, fallbackIntervalMs, Listeners, type TopicCounts } from "../change-notifier.ts";
import { DatabaseError } from "../database-error.ts";
import { type Topic, topics } from "../topics.ts";
import { end } from "./connect.ts";

const channel = "dwld";

/** Milliseconds until a process must have heard a notification that was sent to it. */
const echoMs = 5000;

export type NotifyChannelOptions = {
  /** Names the table in messages. */
  readonly name: string;
  /** Connects to the server itself: a pooler that gives each transaction another connection hears nothing. */
  readonly connect: () => Promise<Client>;
  /** Runs something on a connection that is used for other work as well. */
  readonly elsewhere: (run: (client: Client) => Promise<unknown>) => Promise<unknown>;
  readonly readCounts: () => Promise<TopicCounts>;
};

/**
 * Notifies by LISTEN and NOTIFY on a connection of its own. NOTIFY follows the commit: within the transaction it would take
 * a lock of the whole server (measured with 32 writers: 1,000 commits a second, against 4,000 to 5,000). Notifications
 * that come while one is under way are sent as one.
 *
 * Once a second, the counts in the table are compared, and the connection is tried: one over a network that was cut may
 * look open for minutes. So a change is heard within the second whatever the connection does.
 *
 * @throws DatabaseError `unopenable` if a notification to itself is not heard; the error of `connect`.
 */
export async function openNotifyChannel(options: NotifyChannelOptions): Promise<ChangeNotifier> {
  const notifier = new NotifyChannel(options);
  try {
    await notifier.open();
    return notifier;
  } catch (error) {
    notifier.close();
    throw error;
  }
}

class NotifyChannel implements ChangeNotifier {
  readonly #options: NotifyChannelOptions;
  readonly #listeners = new Listeners();
  readonly #unsent = new Set<Topic>();
  readonly #round: NodeJS.Timeout;
  #client: Client | undefined;
  #counts: TopicCounts | undefined;
  #isSending = false;

  constructor(options: NotifyChannelOptions) {
    this.#options = options;
    const rounds = [oneAtATime(() => this.#keepListening()), oneAtATime(() => this.#compare())];
    this.#round = setInterval(() => {
      for (const begin of rounds) begin();
    }, fallbackIntervalMs).unref();
  }

  async open(): Promise<void> {
    const client = await this.#listen();
    this.#client = client;
    if (!(await this.#isHeard(client)))
      throw new DatabaseError(
        "unopenable",
        `${this.#options.name} notifies nobody: a pooler in transaction mode stands before it. Name the server itself in database.directUrl.`,
      );
    this.#counts = await this.#options.readCounts();
  }

  notify(told: Iterable<Topic>): void {
    if (this.#listeners.closed) return;
    for (const topic of told) {
      this.#listeners.tell(topic);
      this.#unsent.add(topic);
    }
    void this.#send();
  }

  listen(heard: readonly Topic[], listener: () => void): () => void {
    return this.#listeners.add(heard, listener).remove;
  }

  close(): void {
    this.#listeners.close();
    clearInterval(this.#round);
    if (this.#client !== undefined) this.#lose(this.#client);
  }

  async #listen(): Promise<Client> {
    const client = await this.#options.connect();
    client.on("end", () => {
      this.#lose(client);
    });
    client.on("notification", ({ payload = "", processId }) => {
      // This process's own listeners were told directly.
      if (processId === processIdOf(client)) return;
      for (const topic of payload.split(",")) if (isTopic(topic)) this.#listeners.tell(topic);
    });
    try {
      await client.query(`LISTEN ${channel}`);
      return client;
    } catch (error) {
      // Each try has a connection of its own, and the server has not many.
      end(client);
      throw error;
    }
  }

  /**
   * Has another connection notify this one, which asks nothing meanwhile. A pooler in transaction mode takes a LISTEN
   * without an error, and passes nothing on to those who ask nothing.
   */
  async #isHeard(client: Client): Promise<boolean> {
    const word = randomUUID();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const hear = ({ payload }: Notification) => {
      if (payload === word) resolve(true);
    };
    let timer: NodeJS.Timeout | undefined;
    client.on("notification", hear);
    try {
      await this.#options.elsewhere((other) => other.query(notification(word)));
      timer = setTimeout(resolve, echoMs, false);
      return await promise;
    } finally {
      clearTimeout(timer);
      client.off("notification", hear);
    }
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#unsent.size > 0 && this.#client !== undefined) {
      const client = this.#client;
      const told = [...this.#unsent];
      this.#unsent.clear();
      try {
        await client.query(notification(told.join(",")));
      } catch {
        // Other processes find it by their comparison, or are told when there is a connection again.
        for (const topic of told) this.#unsent.add(topic);
        this.#lose(client);
      }
    }
    this.#isSending = false;
  }

  async #keepListening(): Promise<void> {
    const client = this.#client;
    if (client !== undefined) {
      await client.query("SELECT 1").catch((error: unknown) => {
        this.#lose(client);
        throw error;
      });
      return;
    }
    const made = await this.#listen();
    if (this.#listeners.closed) {
      end(made);
      return;
    }
    this.#client = made;
    // Other processes may have told something meanwhile.
    for (const topic of topics) this.#listeners.tell(topic);
    await this.#send();
  }

  async #compare(): Promise<void> {
    const current = await this.#options.readCounts();
    for (const topic of topics)
      if (this.#counts !== undefined && current[topic] !== this.#counts[topic]) this.#listeners.tell(topic);
    this.#counts = current;
  }

  #lose(client: Client): void {
    if (this.#client === client) this.#client = undefined;
    end(client);
  }
}

/**
 * Returns a function that begins the work unless it runs. An error is of a server that is away, which those are told who
 * read and write.
 */
function oneAtATime(work: () => Promise<void>): () => void {
  let isRunning = false;
  return () => {
    if (isRunning) return;
    isRunning = true;
    const rest = () => {
      isRunning = false;
    };
    work().then(rest, rest);
  };
}

function notification(payload: string) {
  return { name: "notify", text: `SELECT pg_notify('${channel}', $1)`, values: [payload] };
}

function processIdOf(client: Client): number | undefined {
  return (client as unknown as { processID: number | null }).processID ?? undefined;
}

function isTopic(text: string): text is Topic {
  return topics.some((topic) => topic === text);
}
