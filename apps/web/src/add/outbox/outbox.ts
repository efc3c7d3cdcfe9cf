import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import { type AddTaskRequest, AddTaskRequestSchema } from "@dwld/rpc";
import { keep, type Shelf } from "../../storage/browser-storage.ts";

/** A link that is to be sent, with the request id by which the server knows a repetition. */
export type Waiting = {
  readonly id: string;
  /** The chat of the caller who typed it; "" if nobody knew who that is. */
  readonly chat: string;
  readonly link: string;
  /** AddTaskRequest without its chat, in base64. */
  readonly request: string;
};

/** An entry that cannot be read stays where it is, for a person to look at. */
export type Damaged = { readonly id: string; readonly text: string };

export function waitingOf(request: AddTaskRequest, chat: string): Waiting {
  const { link, requestId } = request;
  return { id: requestId, chat, link, request: base64Encode(toBinary(AddTaskRequestSchema, request)) };
}

export function requestOf({ request, chat }: Waiting, ownChat: string): AddTaskRequest {
  const message = fromBinary(AddTaskRequestSchema, base64Decode(request));
  message.chatId = chat === "" ? ownChat : chat;
  return message;
}

export const mostWaiting = 10_000;

/**
 * The links that the server has not answered, kept by the browser: they survive a reload, a logout and a crash. Each has a key
 * of its own, so that tabs which add and remove at the same time overwrite nothing of each other.
 */
export class Outbox {
  readonly #shelf: Shelf | undefined;
  readonly #prefix: string;
  /** Links that the browser did not keep; they live as long as this page. */
  readonly #unkept = new Map<string, Waiting>();
  readonly #broken = new Set<string>();

  /** @param path of the page: another dwld may be served by the same host. */
  constructor(on: Shelf | undefined, path: string) {
    this.#shelf = on;
    this.#prefix = `dwld.outbox ${path} `;
  }

  /** Returns what waits, in the order in which it was typed, and the texts of entries that nobody can read. */
  read(): { waiting: Waiting[]; damaged: Damaged[] } {
    const waiting = [...this.#unkept.values()];
    const damaged: Damaged[] = [];
    for (const [id, text] of this.#entries()) {
      const entry = this.#broken.has(id) ? undefined : parse(id, text);
      if (entry === undefined) damaged.push({ id, text });
      else waiting.push(entry);
    }
    return { waiting: waiting.toSorted((left, right) => (left.id < right.id ? -1 : 1)), damaged };
  }

  /** Keeps links. Those that the browser refuses to keep live as long as this page. */
  put(links: readonly Waiting[]): void {
    for (const waiting of links) {
      const { id, ...rest } = waiting;
      if (!keep(this.#shelf, this.#prefix + id, JSON.stringify(rest))) this.#unkept.set(id, waiting);
    }
  }

  drop(ids: readonly string[]): void {
    for (const id of ids) if (!this.#unkept.delete(id)) this.#shelf?.removeItem(this.#prefix + id);
  }

  /** Removes the links that live as long as this page, and returns them. */
  takeUnkept(): Waiting[] {
    const taken = [...this.#unkept.values()];
    this.#unkept.clear();
    return taken;
  }

  /** Counts an entry among the damaged ones: its request cannot be read. */
  setAside(id: string): void {
    this.#broken.add(id);
  }

  /** Whether a change that another tab made concerns the outbox; a key of null says that all was removed. */
  owns(key: string | null): boolean {
    return key === null || key.startsWith(this.#prefix);
  }

  #entries(): [id: string, text: string][] {
    const on = this.#shelf;
    if (on === undefined) return [];
    const keys = Array.from({ length: on.length }, (_, index) => on.key(index) ?? "");
    return keys
      .filter((key) => key.startsWith(this.#prefix))
      .map((key) => [key.slice(this.#prefix.length), on.getItem(key) ?? ""]);
  }
}

function parse(id: string, text: string): Waiting | undefined {
  try {
    const { chat, link, request } = JSON.parse(text) as Partial<Record<keyof Waiting, unknown>>;
    if (typeof chat !== "string" || typeof link !== "string" || typeof request !== "string") return undefined;
    return { id, chat, link, request };
  } catch {
    return undefined;
  }
}
