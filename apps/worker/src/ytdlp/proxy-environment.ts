import type { StageSettings } from "@dwld/daemon";
import type { EgressUrls } from "../egress/egress-proxy.ts";

/**
 * The proxy of a run, as environment variables: a command line can be read by every user of the machine, and a proxy's
 * URL may hold a password. yt-dlp and ffmpeg heed them for pages, for media and for HLS.
 *
 * @param egressProxy the way out for stages without a proxy of their own; undefined where private hosts are allowed.
 */
export function proxyEnvironment(
  stage: Pick<StageSettings, "proxy" | "ipVersion">,
  egressProxy: EgressUrls | undefined,
): Record<string, string> {
  const own = stage.proxy === undefined || stage.proxy === "" ? undefined : stage.proxy;
  const url = own ?? egressUrl(stage, egressProxy);
  return url === undefined ? {} : { http_proxy: url, https_proxy: url, all_proxy: url };
}

/** Never none where there is one: a run that insists on what the machine has not fails, and goes no other way. */
function egressUrl({ ipVersion }: Pick<StageSettings, "ipVersion">, urls: EgressUrls | undefined): string | undefined {
  if (ipVersion === undefined) return urls?.url;
  return ipVersion === 4 ? urls?.ipv4Url : (urls?.ipv6Url ?? urls?.url);
}
