import type { Client } from "pg";
import { type ChangeNotifier, fallbackIntervalMs, Listeners, type TopicCounts } from "../change-notifier.ts";
import { DatabaseError } from "../database-error.ts";
import { type Topic, topics } from "../topics.ts";
import { end } from "./connect.ts";

const channel = "dwld";

/** Milliseconds between two comparisons of the counts while notifications are heard. */
const rareComparisonMs = 10_000;

/** Milliseconds until a process must have heard itself. */
const echoMs = 5000;

/**
 * Notifies by LISTEN and NOTIFY on a connection of its own. NOTIFY follows the commit: within the transaction it would take
 * a lock of the whole server (measured with 32 writers: 1,000 commits a second, against 4,000 to 5,000). Notifications
 * that come while one is under way are sent as one.
 *
 * While the connection is gone, others find a change by the counts in the table, once a second.
 *
 * @param connect connects to the server itself: a pooler that gives each transaction another connection hears nothing.
 * @throws DatabaseError `unopenable` if a notification to itself is not heard; the error of `connect`.
 */
export async function openNotifyChannel(
  connect: () => Promise<Client>,
  readCounts: () => Promise<TopicCounts>,
  name: string,
): Promise<ChangeNotifier> {
  const listeners = new Listeners();
  const unsent = new Set<Topic>();
  let client: Client | undefined;
  let sending = false;
  let connecting = false;
  let comparedAt = -Infinity;
  let comparing = false;
  let counts: TopicCounts | undefined;

  const tellAll = () => {
    for (const topic of topics) listeners.tell(topic);
  };
  const listen = async (): Promise<Client> => {
    const made = await connect();
    const lose = () => {
      if (client === made) client = undefined;
    };
    made.on("error", lose);
    made.on("end", lose);
    made.on("notification", ({ payload = "", processId }) => {
      // Its own listeners were told directly.
      if (processId === processIdOf(made)) return;
      for (const topic of payload.split(",")) if (isTopic(topic)) listeners.tell(topic);
    });
    await made.query(`LISTEN ${channel}`);
    return made;
  };
  const reconnect = async () => {
    if (connecting || listeners.closed) return;
    connecting = true;
    try {
      const made = await listen();
      if (listeners.closed) end(made);
      else client = made;
      // Others may have told something meanwhile.
      tellAll();
    } catch {
      // The next round tries again; the writer tells of a server that is away.
    } finally {
      connecting = false;
    }
  };
  const compare = async () => {
    if (comparing) return;
    comparing = true;
    try {
      comparedAt = performance.now();
      const current = await readCounts();
      for (const topic of topics)
        if (counts !== undefined && current.get(topic) !== counts.get(topic)) listeners.tell(topic);
      counts = current;
    } catch {
      // The reader tells of a server that is away to those who ask for something.
    } finally {
      comparing = false;
    }
  };
  const send = async () => {
    if (sending) return;
    sending = true;
    try {
      while (unsent.size > 0 && client !== undefined) {
        const told = [...unsent].join(",");
        unsent.clear();
        await client.query({ name: "notify", text: `SELECT pg_notify('${channel}', $1)`, values: [told] });
      }
    } catch {
      // Others find it by their comparison.
    } finally {
      sending = false;
    }
  };

  client = await listen();
  await hearItself(client, name).catch((error: unknown) => {
    if (client !== undefined) end(client);
    throw error;
  });
  counts = await readCounts();
  const fallback = setInterval(() => {
    if (client === undefined) void reconnect();
    if (client === undefined || performance.now() - comparedAt > rareComparisonMs) void compare();
  }, fallbackIntervalMs);
  fallback.unref();

  return {
    notify: (told) => {
      if (listeners.closed) return;
      for (const topic of told) {
        listeners.tell(topic);
        unsent.add(topic);
      }
      void send();
    },
    listen: (heard, listener) => listeners.add(heard, listener).remove,
    close: () => {
      if (listeners.closed) return;
      listeners.close();
      clearInterval(fallback);
      if (client !== undefined) end(client);
    },
  };
}

function processIdOf(client: Client): number | undefined {
  return (client as unknown as { processID: number | null }).processID ?? undefined;
}

function isTopic(text: string): text is Topic {
  return topics.some((topic) => topic === text);
}

/** A pooler in transaction mode takes a LISTEN without an error, and nothing is ever heard. */
async function hearItself(client: Client, name: string): Promise<void> {
  const { promise: heard, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, echoMs, false);
  const onNotification = () => {
    resolve(true);
  };
  client.on("notification", onNotification);
  await client.query(`NOTIFY ${channel}`);
  const isHeard = await heard;
  clearTimeout(timer);
  client.off("notification", onNotification);
  if (!isHeard)
    throw new DatabaseError(
      "unopenable",
      `${name} notifies nobody: a pooler in transaction mode stands before it. Name the server itself in database.directUrl.`,
    );
}
