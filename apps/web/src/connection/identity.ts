import { Code, ConnectError } from "@connectrpc/connect";
import { computed, signal } from "@preact/signals";
import { type Identity, Role } from "@dwld/rpc";
import { access } from "./transport.ts";

/** Who looks at the page: undefined while nobody knows, "nobody" if the server asks for a token. */
export const identity = signal<Identity | "nobody" | undefined>(undefined);

const known = computed(() => (typeof identity.value === "object" ? identity.value : undefined));

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
export async function askIdentity(): Promise<void> {
  try {
    identity.value = (await access.getIdentity({})).identity;
  } catch (error) {
    if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
    identity.value = "nobody";
  }
}

/** Exchanges a token for a session, which the browser keeps in a cookie that no script reads. @throws ConnectError */
export async function logIn(token: string): Promise<void> {
  await access.createSession({}, { headers: { authorization: `Bearer ${token}` } });
  await askIdentity();
}

export async function logOut(): Promise<void> {
  await access.deleteSession({});
  identity.value = "nobody";
}
