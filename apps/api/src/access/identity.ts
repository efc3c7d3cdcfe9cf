import { type ContextValues, createContextKey } from "@connectrpc/connect";
import type { Scope, TokenRow } from "@dwld/queue";

export type Role = TokenRow["role"];

/** The caller of a method. */
export type Identity = {
  /** The name of its token or of its client certificate, or "local". */
  readonly name: string;
  /** Limits are counted under it: the id of its token, the fingerprint of its certificate, or "local". */
  readonly id: string;
  /** The id of the session by which it calls; undefined: by the token itself, or without one. */
  readonly session: string | undefined;
  readonly role: Role;
  /** The tasks that exist for it. */
  readonly scope: Scope;
  /** Milliseconds since the epoch; undefined: never. */
  readonly expiresAtMs: number | undefined;
  /** Aborted, with an error for the client, when it may call no longer. Streams end by it. */
  readonly ended: AbortSignal;
};

/** The identity of callers without a token: those of the UNIX socket, and everybody until the first token is made. */
export const localIdentity: Identity = {
  name: "local",
  id: "local",
  session: undefined,
  role: "admin",
  scope: "all",
  expiresAtMs: undefined,
  ended: new AbortController().signal,
};

/** Returns whether a caller has no token. Each has an identity of its own, since it ends when tokens are asked for. */
export function isLocal({ id }: Identity): boolean {
  return id === localIdentity.id;
}

const identityKey = createContextKey<Identity | undefined>(undefined);

/** Hands an identity to the handlers of a call. */
export function setIdentity(values: ContextValues, identity: Identity): void {
  values.set(identityKey, identity);
}

/** @throws Error if the call passed no gate, which is a defect. */
export function identityOf(values: ContextValues): Identity {
  const identity = values.get(identityKey);
  if (identity === undefined) throw new Error("a call reached its handler without an identity");
  return identity;
}
