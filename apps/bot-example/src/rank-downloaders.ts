/** What a bot knows of a downloader. */
export type Downloader = {
  readonly name: string;
  /** "host:port" of its DownloadService. */
  readonly address: string;
  readonly sites: readonly { readonly name: string; readonly hosts: readonly string[] }[];
  /** Takes links of every other site too. */
  readonly allSites: boolean;
  /** undefined: not known. */
  readonly freeBytes: number | undefined;
  /** Tasks that wait or are in work, as it last told. */
  readonly queueLength: number;
  /** Names of `sites`, or hosts that have no name there. */
  readonly pausedSites: readonly string[];
};

/** With less than this a large video would not fit. */
const enoughBytes = 2e9;

/**
 * The downloaders that take a link, the best first: whose site is not paused, with enough space on its disk, with the
 * fewest tasks, with the most space.
 *
 * @param given how many tasks each, by name, was given since it last told how many it has.
 */
export function rankDownloaders(
  link: URL,
  downloaders: readonly Downloader[],
  given: ReadonlyMap<string, number>,
): Downloader[] {
  return downloaders
    .flatMap((downloader) => {
      const site = siteOf(link, downloader);
      if (site === undefined) return [];
      const { freeBytes = Infinity, queueLength, pausedSites } = downloader;
      const merits = [
        pausedSites.includes(site) ? 0 : 1,
        freeBytes >= enoughBytes ? 1 : 0,
        -(queueLength + (given.get(downloader.name) ?? 0)),
        freeBytes,
      ];
      return [{ downloader, merits }];
    })
    .toSorted((one, other) => compareMerits(other.merits, one.merits))
    .map(({ downloader }) => downloader);
}

/** What a downloader calls the site of a link; undefined where it does not take it. */
function siteOf({ hostname }: URL, { sites, allSites }: Downloader): string | undefined {
  const host = hostname.replace(/\.$/, "");
  const fitting = sites
    .flatMap(({ name, hosts }) => hosts.map((suffix) => ({ name, suffix })))
    .filter(({ suffix }) => host === suffix || host.endsWith(`.${suffix}`))
    .toSorted((one, other) => other.suffix.length - one.suffix.length);
  return fitting[0]?.name ?? (allSites ? host : undefined);
}

/** The first that differs decides. */
function compareMerits(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((merit, at) => merit !== other[at]);
  if (index < 0) return 0;
  return (one[index] ?? 0) < (other[index] ?? 0) ? -1 : 1;
}
