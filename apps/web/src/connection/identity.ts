import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { computed, signal } from "@preact/signals";
import { type Identity, IdentitySchema, Role } from "@dwld/rpc";
import { keep, kept, shelf } from "../storage/browser-storage.ts";
import type { Who } from "./keep-connected.ts";
import { access } from "./transport.ts";

/** The person who looks at the page: undefined while nobody knows, "nobody" if the server asks for a token. */
export const identity = signal<Identity | "nobody" | undefined>(undefined);

const known = computed(() => (typeof identity.value === "object" ? identity.value : undefined));

/** Whether a caller came without a token, as everybody on this machine may where none was made. */
export function isLocal({ name }: Identity): boolean {
  return name === "local";
}

/** Whether tasks may be added and changed. */
export const mayChange = computed(() => known.value !== undefined && known.value.role !== Role.VIEWER);
export const mayAdminister = computed(() => known.value?.role === Role.ADMIN);
/** Whether processes, disks and sites are shown. */
export const seesMachine = computed(
  () => mayAdminister.value || (known.value?.role === Role.VIEWER && known.value.chatIds.length === 0),
);
/** The chat to which the page adds. Tokens of chats have their own. */
export const ownChat = computed(() => known.value?.chatIds[0] ?? "web");

/** Asks the server who looks. @throws ConnectError if it cannot be asked. */
export async function askIdentity(ending?: AbortSignal): Promise<Who> {
  const before = identity.peek();
  try {
    const told = (await access.getIdentity({}, ending === undefined ? {} : { signal: ending })).identity;
    identity.value = told;
    remember(told);
    return before === undefined || isSame(before, told) ? "same" : "another";
  } catch (error) {
    if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
    becomeNobody();
    return "nobody";
  }
}

/** Whether somebody was logged in here before the login is shown. */
export const isLoggedOut = signal(false);

export function becomeNobody(): void {
  isLoggedOut.value ||= typeof identity.peek() === "object";
  identity.value = "nobody";
  remember(undefined);
}

function isSame(before: Identity | "nobody", told: Identity | undefined): boolean {
  if (before === "nobody" || told === undefined) return false;
  return textOf(before) === textOf(told);
}

type Remembered = Pick<Identity, "name" | "role" | "chatIds">;

function textOf({ name, role, chatIds }: Remembered): string {
  return JSON.stringify({ name, role, chatIds });
}

const storageKey = "dwld.identity";

/** Remembers the person who looked, without any secret: a page that is opened while the server is away then has its box. */
function remember(told: Identity | undefined): void {
  keep(shelf("localStorage"), storageKey, told === undefined ? "" : textOf(told));
}

/** Takes the person who looked last for the one who looks, until the server has answered. */
export function recallIdentity(): void {
  const text = kept(shelf("localStorage"), storageKey);
  if (text === "") return;
  try {
    identity.value = create(IdentitySchema, JSON.parse(text) as Remembered);
  } catch {
    // Somebody else wrote it.
    remember(undefined);
  }
}
