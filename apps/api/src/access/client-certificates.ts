import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Configuration } from "@dwld/daemon";
import { runAt } from "@dwld/timing";
import type { Identity } from "./identity.ts";
import type { Request } from "./trusted-proxies.ts";

type Listed = NonNullable<NonNullable<Configuration["api"]["tls"]>["clientCertificates"]>[number];

/** A listed certificate that has called, with its row at that time. */
type Known = { readonly listed: Listed; readonly identity: Identity; readonly ending: AbortController };

/** The client certificates that stand in for a token, by their fingerprints: a name in one proves nothing. */
export class ClientCertificates {
  readonly #listed: () => readonly Listed[];
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();

  /**
   * @param listed returns those of the configuration as of now.
   * @param now milliseconds since the epoch.
   */
  constructor(listed: () => readonly Listed[], now: () => number) {
    this.#listed = listed;
    this.#now = now;
  }

  /** Ends the streams of those that are listed no more, or otherwise than when they began. */
  review(): void {
    for (const [fingerprint, { listed, ending }] of this.#known)
      if (!isDeepStrictEqual(this.#rowOf(fingerprint), listed)) {
        this.#known.delete(fingerprint);
        ending.abort(new ConnectError(unlisted(fingerprint), Code.Unauthenticated));
      }
  }

  /** Returns whose certificate a connection has, or a sentence that says why it does not count; undefined: it has none. */
  find(socket: Request["socket"]): Identity | string | undefined {
    const { authorized, authorizationError, certificate } = presentedOn(socket);
    if (certificate === undefined) return undefined;
    const { fingerprint256: fingerprint, validToDate } = certificate;
    const expiresAtMs = validToDate.getTime();
    // The certificate was checked when the connection began, or in a connection before it.
    if (expiresAtMs <= this.#now()) return expired(validToDate);
    if (!authorized)
      return `the client certificate is none of this server's authority (${String(authorizationError)}): present one that it signed, or send a token`;
    const listed = this.#rowOf(fingerprint);
    if (listed === undefined) return unlisted(fingerprint);
    const known = this.#known.get(fingerprint);
    // It had expired by a clock that was set back.
    const hasEnded = known?.ending.signal.aborted === true;
    const { identity } = known === undefined || hasEnded ? this.#begin(listed, validToDate) : known;
    return identity;
  }

  #rowOf(fingerprint: string): Listed | undefined {
    return this.#listed().find((one) => one.fingerprint === fingerprint);
  }

  #begin(listed: Listed, validTo: Date): Known {
    const { fingerprint, name, role, chats } = listed;
    const ending = new AbortController();
    const expiresAtMs = validTo.getTime();
    const stop = runAt(expiresAtMs, this.#now, () => {
      ending.abort(new ConnectError(expired(validTo), Code.Unauthenticated));
    });
    ending.signal.addEventListener("abort", stop, { once: true });
    const scope = chats.length === 0 ? "all" : chats;
    const identity = {
      name,
      id: fingerprint,
      session: undefined,
      role,
      scope,
      expiresAtMs,
      ended: ending.signal,
    } as const;
    const known = { listed, identity, ending };
    this.#known.set(fingerprint, known);
    return known;
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

function unlisted(fingerprint: string): string {
  return `this server does not know the client certificate ${fingerprint}: its admin adds it to api.tls.clientCertificates; or send a token`;
}

function expired(validTo: Date): string {
  return `the client certificate expired on ${validTo.toISOString()}: present a new one, which the admin of this server lists, or send a token`;
}
