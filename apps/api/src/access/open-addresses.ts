import { type Configuration, isLoopback, parseAddress } from "@dwld/daemon";

/** The api would be open to a network where it is not safe. The message says what to do. */
class OpenAddressError extends Error {
  override readonly name = "OpenAddressError";
  /** No restart cures it. */
  readonly code = "configuration";
}

type Settings = Pick<Configuration["api"], "listen" | "http" | "plaintext" | "tokens" | "trustedProxies"> & {
  readonly tls?: unknown;
};

/**
 * Refuses to listen beyond this machine unless callers need a token, which crosses the network under TLS.
 *
 * @param asksForTokens whether callers over a network need one now.
 * @throws OpenAddressError
 */
export function refuseOpenAddresses(api: Settings, asksForTokens: boolean): void {
  // Written by hand: everybody there may be an admin.
  if (api.tokens === "off") return;
  const open = (["listen", "http"] as const).find((key) => !isLoopback(parseAddress(api[key]).host));
  if (open === undefined) return;
  const where = `api.${open} is ${api[open]}, which other machines reach`;
  if (!asksForTokens)
    throw new OpenAddressError(
      `${where}, and no token was made yet, so that everybody there would be an admin: write "tokens: required" below api:, and make one by dwld token create on this machine`,
    );
  if (api.tls === undefined && api.trustedProxies.length === 0 && !api.plaintext)
    throw new OpenAddressError(
      `${where}, and tokens would cross the network in the clear: set api.tls (dwld tls self-signed makes a certificate), or name your reverse proxy in api.trustedProxies, or write "plaintext: true" below api: if the network itself is encrypted, as a VPN is`,
    );
}
