import type { Client, Request } from "./trusted-proxies.ts";

/**
 * Returns the name of the cookie. With `__Host-`, a browser takes it from this host alone, over TLS (RFC 6265bis, 4.1.3.2).
 * In the clear it refuses such a name.
 */
function cookieName({ isSecure }: Pick<Client, "isSecure">): string {
  return isSecure ? "__Host-dwld" : "dwld";
}

/** Writes the header Set-Cookie. No script reads the cookie, and no page of another site sends it. */
export function writeCookie(client: Pick<Client, "isSecure">, text: string, maxAgeSeconds: number): string {
  const secure = client.isSecure ? "; Secure" : "";
  return `${cookieName(client)}=${text}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** Returns the session of a request; undefined if it brings none. */
export function readCookie(
  { headers }: Pick<Request, "headers">,
  client: Pick<Client, "isSecure">,
): string | undefined {
  const prefix = `${cookieName(client)}=`;
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}

/**
 * Whether a request comes from a page of this very server: of its scheme, host and port. A browser sends the cookie to
 * other ports of this host as well, and to this one from pages there.
 */
export function isOwnOrigin({ headers }: Pick<Request, "headers">, { isSecure }: Pick<Client, "isSecure">): boolean {
  const { origin, ":authority": authority = "", host = authority } = headers as Record<string, string>;
  return origin !== undefined && URL.parse(`${isSecure ? "https" : "http"}://${host}`)?.origin === origin;
}

/**
 * Whether a GET may be one of a page of this very server, or of a person who entered the address. A link and a picture send no
 * Origin; by Sec-Fetch-Site a browser tells where they stand, to every address at which there are sessions (it must be
 * encrypted, or loopback). `same-site` is a page at another port of this host.
 *
 * Without either header it is a program, or a browser from before 2023. That one keeps the cookie from other sites
 * (SameSite=Strict), a GET changes nothing, and Cross-Origin-Resource-Policy keeps the answer from a page at another port.
 */
export function isOwnRead(request: Pick<Request, "headers">, client: Pick<Client, "isSecure">): boolean {
  const { origin, "sec-fetch-site": site = "none" } = request.headers;
  return origin === undefined ? site === "same-origin" || site === "none" : isOwnOrigin(request, client);
}
