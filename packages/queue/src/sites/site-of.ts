/**
 * Writes a link in its one spelling: lower-case host, no default port, dots and spaces as the URL standard has them.
 * The part behind a # stays, since on some sites it names the video.
 *
 * @throws TypeError if it is not an absolute http or https link with a host.
 */
export function normaliseLink(link: string): string {
  const url = new URL(link);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new TypeError("not http or https");
  return url.href;
}

/**
 * Returns the configured site to whose hosts a link belongs ("m.youtube.com" to "youtube.com"; the longest host that
 * fits), or else the link's own host.
 */
export function siteOf(link: string, sites: Readonly<Record<string, { readonly hosts: readonly string[] }>>): string {
  const host = new URL(link).hostname.toLowerCase().replace(/\.$/, "");
  const fitting = Object.entries(sites)
    .flatMap(([name, { hosts }]) => hosts.map((suffix) => ({ name, suffix: suffix.toLowerCase() })))
    .filter(({ suffix }) => host === suffix || host.endsWith(`.${suffix}`))
    .toSorted((a, b) => b.suffix.length - a.suffix.length);
  return fitting[0]?.name ?? host;
}
