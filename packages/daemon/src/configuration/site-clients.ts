/** Extractors that offer several clients, and the hosts of the links that they serve (yt-dlp 2025.04.30, 2026.10.26). */
const clientArguments = [
  { hosts: ["youtube.com", "youtu.be", "youtube-nocookie.com"], argument: "youtube:player_client" },
  { hosts: ["vimeo.com"], argument: "vimeo:client" },
  { hosts: ["x.com", "twitter.com"], argument: "twitter:api" },
] as const;

/**
 * Returns the extractor argument that a stage's `client` is short for, or undefined if links of this host have none.
 *
 * @param host as a URL spells it.
 */
export function clientArgument(host: string): string | undefined {
  return clientArguments.find(({ hosts }) => hosts.some((known) => host === known || host.endsWith(`.${known}`)))
    ?.argument;
}
