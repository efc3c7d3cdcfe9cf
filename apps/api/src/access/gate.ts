import { Code, ConnectError, createContextKey, type HandlerContext } from "@connectrpc/connect";
import type { Logger } from "@dwld/daemon";
import { retryIn } from "../rules/limit-error.ts";
import type { Client, Request } from "./trusted-proxies.ts";
import type { ClientCertificates } from "./client-certificates.ts";
import { type Identity, localIdentity, setIdentity } from "./identity.ts";
import { has, rights } from "./rights.ts";
import { isOwnOrigin, readCookie } from "./session-cookie.ts";
import { sessionEnded, type TokenTable } from "./token-table.ts";
import { WrongTokens } from "./wrong-tokens.ts";

/** The identity of a caller, or the error with which it is refused. */
export type Admission = Identity | ConnectError;

/** How a call came: over the api's own UNIX socket, or over a network, loopback included. */
export type Door = "socket" | "network";

/** `auto`: tokens are asked for as soon as one was made; `required`: from the start; `off`: never. */
export type TokenMode = "auto" | "required" | "off";

/** Finds out who calls, from the headers of a request and the certificate of its client alone. */
export class Gate {
  readonly #mode: () => TokenMode;
  readonly #tokens: Pick<TokenTable, "find" | "findSession" | "isUsed" | "onFirst">;
  readonly #logger: Logger;
  readonly #certificates: Pick<ClientCertificates, "find">;
  readonly #wrong: WrongTokens;
  /** Aborted when those who call over a network without a token are asked for one. */
  #unasked = new AbortController();

  /** @param mode returns the setting as of now. */
  constructor(
    mode: () => TokenMode,
    {
      tokens,
      certificates,
    }: {
      tokens: Pick<TokenTable, "find" | "findSession" | "isUsed" | "onFirst">;
      certificates: Pick<ClientCertificates, "find">;
    },
    logger: Logger,
  ) {
    this.#mode = mode;
    this.#tokens = tokens;
    this.#certificates = certificates;
    this.#logger = logger;
    this.#wrong = new WrongTokens(logger, () => performance.now());
    tokens.onFirst(() => this.askNow());
  }

  /** Whether callers over a network need a token. */
  get asksForTokens(): boolean {
    return this.wouldAskIn(this.#mode());
  }

  /** Whether they would need one in another mode. */
  wouldAskIn(mode: TokenMode): boolean {
    return mode === "required" || (mode === "auto" && this.#tokens.isUsed);
  }

  /** Ends the streams of those who were not asked for a token, if they are now: the first was made, or the mode is another. */
  askNow(): void {
    if (!this.asksForTokens) return;
    this.#unasked.abort(unauthenticated(missing));
    this.#unasked = new AbortController();
  }

  /**
   * Never throws: the adapter calls it where an error would end the process.
   *
   * @param door of the listener. The address of the peer would not do: it is undefined for a UNIX socket, and for a TCP
   * connection that its client has reset already.
   * @param isOwn whether a request is one of a page of this server, as those with a session have to be.
   */
  admit(request: Request, door: Door, client: Client, isOwn = isOwnOrigin): Admission {
    if (door === "socket") return localIdentity;
    if (!this.asksForTokens) return { ...localIdentity, ended: this.#unasked.signal };
    try {
      return this.#admit(request, client, isOwn);
    } catch (error) {
      this.#logger.error({ err: error }, "a token could not be checked");
      return new ConnectError("the token could not be checked; the server's log has the reason", Code.Internal);
    }
  }

  #admit(request: Request, client: Client, isOwn: typeof isOwnOrigin): Admission {
    const given = authorizations(request.rawHeaders);
    const [authorization, another] = given;
    if (authorization === undefined) return this.#admitSession(request, client, isOwn);
    if (another !== undefined)
      return this.#refuseWrong(client, "the header authorization is there twice: send it once");
    const token = /^bearer +(?<token>\S+)$/i.exec(authorization)?.groups?.["token"];
    if (token === undefined)
      return this.#refuseWrong(client, 'the header authorization is not "Bearer " and a token of dwld');
    const found = this.#tokens.find(token);
    return typeof found === "string" ? this.#refuseWrong(client, found) : found;
  }

  #admitSession(request: Request, client: Client, isOwn: typeof isOwnOrigin): Admission {
    const session = readCookie(request, client);
    if (session === undefined) return this.#admitCertificate(request, client);
    // Only a page of this server can send such a request: it needs no other defence against forgery.
    if (!isOwn(request, client))
      return unauthenticated(
        "a session counts in calls of a page of this very server alone, which the header Origin tells",
      );
    return this.#tokens.findSession(session) ?? unauthenticated(sessionEnded);
  }

  /** The certificate of a reverse proxy is not that of its client, and counts for nothing. */
  #admitCertificate(request: Request, client: Client): Admission {
    const found = client.isProxied ? undefined : this.#certificates.find(request.socket);
    if (found === undefined) return unauthenticated(explainMissing(request.rawHeaders));
    // A browser presents it in calls of any page; a program sends no Origin.
    if (request.headers["origin"] !== undefined && !isOwnOrigin(request, client))
      return unauthenticated(
        "a client certificate counts in calls of programs and of a page of this very server, which the header Origin tells",
      );
    return typeof found === "string" ? unauthenticated(found) : found;
  }

  #refuseWrong({ address }: Client, reason: string): ConnectError {
    const waitMs = this.#wrong.count(address);
    return waitMs === 0 ? unauthenticated(reason) : tooManyWrong(reason, waitMs);
  }
}

/** The admission of a call. Refuses unless a listener has set it. */
const admissionKey = createContextKey<Admission>(
  new ConnectError("this call came by no listener", Code.Unauthenticated),
);

/** For the adapter's `contextValues`. */
export function setAdmission(values: HandlerContext["values"], admission: Admission): void {
  values.set(admissionKey, admission);
}

/**
 * Refuses a call whose identity lacks the right for its method. For the router's `requestGate`: the request is not even
 * read, and the client is told in its own protocol.
 */
export function refuseWithoutRight({
  service,
  method,
  values,
}: Pick<HandlerContext, "service" | "method" | "values">): void {
  const right = rights[service.typeName]?.[method.localName];
  const admission = values.get(admissionKey);
  if (admission instanceof ConnectError) {
    if (right !== "anybody") throw admission;
    return;
  }
  if (right === undefined || !has(admission, right))
    throw new ConnectError(
      `${admission.name} has the role ${admission.role}, which does not allow ${method.name}`,
      Code.PermissionDenied,
    );
  setIdentity(values, admission);
}

function unauthenticated(reason: string): ConnectError {
  return new ConnectError(reason, Code.Unauthenticated, { "www-authenticate": "Bearer" });
}

function tooManyWrong(reason: string, waitMs: number): ConnectError {
  const seconds = Math.ceil(waitMs / 1000);
  const { headers, detail } = retryIn(seconds * 1000);
  return new ConnectError(
    `too many calls with a wrong token from this address; try again in ${seconds} s. The last: ${reason}`,
    Code.ResourceExhausted,
    headers,
    [detail],
  );
}

const missing =
  'this server asks for a token: send it as "authorization: Bearer dwld_…"; its admin makes one with dwld token create';

function explainMissing(rawHeaders: readonly string[]): string {
  const at = rawHeaders.findIndex((text, index) => index % 2 === 1 && /(^|[\s=])dwld_[\dA-Za-z]{12}_/.test(text));
  const name = rawHeaders[at - 1];
  return name === undefined
    ? missing
    : `a token came in the header ${name.toLowerCase()}: send it as "authorization: Bearer dwld_…"`;
}

/** Returns all values of the header. Node itself would keep the first one alone. */
function authorizations(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === "authorization");
}
