import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Configuration } from "@dwld/daemon";
import { runAt } from "@dwld/timing";
import type { Identity } from "./identity.ts";
import type { Request } from "./trusted-proxies.ts";

type Listed = NonNullable<NonNullable<Configuration["api"]["tls"]>["clientCertificates"]>[number];

/** The client certificates that stand in for a token, by their fingerprints: a name in one proves nothing. */
export class ClientCertificates {
  readonly #listed: ReadonlyMap<string, Listed>;
  readonly #now: () => number;
  readonly #identities = new Map<string, Identity>();

  /** @param now milliseconds since the epoch. */
  constructor(listed: readonly Listed[], now: () => number) {
    this.#listed = new Map(listed.map((one) => [one.fingerprint, one]));
    this.#now = now;
  }

  /** Returns whose certificate a connection has, or a sentence that says why it does not count; undefined: it has none. */
  find(socket: Request["socket"]): Identity | string | undefined {
    const { authorized, authorizationError, certificate } = presentedOn(socket);
    if (certificate === undefined) return undefined;
    const { fingerprint256: fingerprint, validToDate } = certificate;
    const expiresAtMs = validToDate.getTime();
    // It was checked when the connection began, or in a connection before it.
    if (expiresAtMs <= this.#now()) return expired(validToDate);
    if (!authorized)
      return `the client certificate is none of this server's authority (${String(authorizationError)}): present one that it signed, or send a token`;
    const listed = this.#listed.get(fingerprint);
    if (listed === undefined)
      return `this server does not know the client certificate ${fingerprint}: its admin adds it to api.tls.clientCertificates; or send a token`;
    const identity = this.#identities.get(fingerprint) ?? this.#identityOf(listed, validToDate);
    this.#identities.set(fingerprint, identity);
    return identity;
  }

  #identityOf({ fingerprint, name, role, chats }: Listed, validTo: Date): Identity {
    const ending = new AbortController();
    const expiresAtMs = validTo.getTime();
    runAt(expiresAtMs, this.#now, () => {
      ending.abort(new ConnectError(expired(validTo), Code.Unauthenticated));
    });
    const scope = chats.length === 0 ? "all" : chats;
    return { name, id: fingerprint, session: undefined, role, scope, expiresAtMs, ended: ending.signal };
  }
}

/** Returns the certificate that the client of a connection proved to have. Of HTTP/2 the socket is a stand-in for the real one. */
function presentedOn(socket: Request["socket"]): {
  authorized: boolean;
  authorizationError: unknown;
  certificate: X509Certificate | undefined;
} {
  const { authorized = false, authorizationError } = socket as Partial<TLSSocket>;
  const certificate = "getPeerX509Certificate" in socket ? socket.getPeerX509Certificate() : undefined;
  return { authorized, authorizationError, certificate };
}

function expired(validTo: Date): string {
  return `the client certificate expired on ${validTo.toISOString()}: present a new one, which the admin of this server lists, or send a token`;
}
