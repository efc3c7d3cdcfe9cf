import type { StageSettings } from "@dwld/daemon";
import type { EgressUrls } from "../egress/egress-proxy.ts";

/**
 * Returns the environment variables that give a run its proxy. Every user of the machine can read a command line, and a
 * proxy's URL may hold a password. yt-dlp and ffmpeg heed them for pages, media and HLS.
 *
 * @param egressProxy the proxy for stages without their own; undefined if private hosts are allowed.
 */
export function proxyEnvironment(
  stage: Pick<StageSettings, "proxy" | "ipVersion">,
  egressProxy: EgressUrls | undefined,
): Record<string, string> {
  const own = stage.proxy === undefined || stage.proxy === "" ? undefined : stage.proxy;
  const url = own === undefined ? egressUrl(stage, egressProxy) : (egressProxy?.relays?.get(own) ?? own);
  return url === undefined ? {} : { http_proxy: url, https_proxy: url, all_proxy: url };
}

/** Returns a URL whenever there is an egress proxy: without IPv6 a run that insists on it fails, rather than go around. */
function egressUrl({ ipVersion }: Pick<StageSettings, "ipVersion">, urls: EgressUrls | undefined): string | undefined {
  if (ipVersion === undefined) return urls?.url;
  return ipVersion === 4 ? urls?.ipv4Url : (urls?.ipv6Url ?? urls?.url);
}
