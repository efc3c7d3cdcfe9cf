import { computed, effect } from "@preact/signals";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { AddTaskRequestSchema } from "@dwld/rpc";
import { becomeNobody, mayChange, ownChat } from "../connection/identity.ts";
import { downloads, server } from "../connection/transport.ts";
import { link } from "../connection/watch.ts";
import { toast } from "../ui/toasts.tsx";
import { sentWords } from "../words/sent.ts";
import { shelf } from "../storage/browser-storage.ts";
import { append } from "./draft.ts";
import { mostWaiting, Outbox } from "./outbox/outbox.ts";
import { requestIds } from "./outbox/request-ids.ts";
import { Sender } from "./outbox/sender.ts";

/** A server that is frozen answers never. The call is repeated by its ids. */
const callMs = 20_000;
const gatherMs = 200;

const { pathname } = new URL(`${server}/`);
const outbox = new Outbox(shelf("localStorage"), pathname);

/** The sender of this tab. Tabs take turns where the browser has locks; otherwise the ids make a repetition harmless. */
export const sender = new Sender({
  outbox,
  call: async (requests) => {
    try {
      return (await downloads.addTasks({ requests }, { timeoutMs: callMs })).results;
    } catch (error) {
      if (ConnectError.from(error).code === Code.Unauthenticated) becomeNobody();
      throw error;
    }
  },
  alone: async (work) => await (navigator.locks?.request(`dwld.outbox ${pathname}`, work) ?? work()),
  chat: () => (mayChange.peek() ? ownChat.peek() : undefined),
  nowMs: Date.now,
  later: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  giveBack: (links) => append(links.join("\n")),
});

/** Sends links, and returns those that there is no room for. */
export function send(links: readonly string[], wanted: MessageInitShape<typeof AddTaskRequestSchema>): string[] {
  const room = Math.max(0, mostWaiting - sender.waiting.peek().length);
  const taken = links.slice(0, room);
  const ids = requestIds(taken.length);
  void sender.add(
    taken.map((each, index) => create(AddTaskRequestSchema, { ...wanted, link: each, requestId: ids[index] ?? "" })),
  );
  const left = links.slice(room);
  if (left.length > 0) toast(sentWords().tooMany(mostWaiting));
  return left;
}

const state = computed(() => link.value.state);
effect(() => {
  if (mayChange.value) void sender.send();
});
effect(() => {
  if (state.value === "live") sender.wake();
});
addEventListener("online", () => sender.wake());

let gathering: ReturnType<typeof setTimeout> | undefined;
window.addEventListener("storage", ({ key }) => {
  if (!outbox.owns(key)) return;
  // Another tab adds or removes many links, each by a key of its own.
  gathering ??= setTimeout(() => {
    gathering = undefined;
    sender.refresh();
  }, gatherMs);
});
