import type { ProcessRow } from "../store/schema-of-hosts.ts";

/**
 * The troubles that keep a process from working.
 *
 * - `space`: a worker begins no download, since the disk has no free space; `room`: only larger downloads have to wait.
 * - `yt-dlp`: a worker has no yt-dlp that runs; `cookies`: files of cookies cannot be used.
 * - `hosts`: names of hosts or of shared folders do not go together; `site_limits`: another worker's configuration has
 *   other limits of sites.
 * - `configuration`: the file is wrong, or has what only a restart takes over.
 * - `destination_away`: a sender cannot reach the server; `destination_refuses`: the server takes no file.
 */
export const troubleSources = [
  "configuration",
  "cookies",
  "destination_away",
  "destination_refuses",
  "hosts",
  "room",
  "site_limits",
  "space",
  "yt-dlp",
] as const;

export type TroubleSource = (typeof troubleSources)[number];

/** A sentence for the operator for each source with a trouble. */
export type Troubles = Readonly<Partial<Record<TroubleSource, string>>>;

/** Writes the troubles in the order of the sources, so that the column changes only when a trouble does. */
export function serializeTroubles(troubles: Troubles): string {
  const known = troubleSources.flatMap((source) => (troubles[source] ? [[source, troubles[source]] as const] : []));
  return JSON.stringify(Object.fromEntries(known));
}

export function parseTroubles({ troubles }: Pick<ProcessRow, "troubles">): Troubles {
  return JSON.parse(troubles) as Troubles;
}
