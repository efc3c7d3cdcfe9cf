import type { StageSettings } from "@dwld/daemon";

/**
 * The proxy of a run, as environment variables: a command line can be read by every user of the machine, and a proxy's
 * URL may hold a password. yt-dlp and ffmpeg heed them for pages, for media and for HLS.
 *
 * @param egressProxy the way out for stages without a proxy of their own; undefined where private hosts are allowed.
 */
export function proxyEnvironment(
  stage: Pick<StageSettings, "proxy">,
  egressProxy: string | undefined,
): Record<string, string> {
  const own = stage.proxy === undefined || stage.proxy === "" ? undefined : stage.proxy;
  const url = own ?? egressProxy;
  return url === undefined ? {} : { http_proxy: url, https_proxy: url, all_proxy: url };
}
