import { dayMs } from "@dwld/timing";
import { sql } from "kysely";
import { type Database, query, type Reader, type Transaction } from "../store/database.ts";
import type { YtdlpResultKind, YtdlpResultRow } from "../store/schema-of-ytdlp.ts";

/** The result of an attempt for a version of yt-dlp. */
export type YtdlpResult = { readonly version: string; readonly kind: YtdlpResultKind };

/** Age from which a result says nothing about today's sites, ms. */
const keptMs = 60 * dayMs;

/** Counts results of versions on a site. */
export async function noteYtdlpResults(
  transaction: Transaction,
  site: string,
  results: readonly YtdlpResult[],
  now: number,
): Promise<void> {
  for (const { version, kind } of results)
    await transaction.run(
      query
        .insertInto("ytdlp_results")
        .values({ version, site, kind, runs: 1, last_at: now })
        .onConflict((conflict) =>
          conflict
            .columns(["version", "site", "kind"])
            .doUpdateSet({ runs: sql<number>`ytdlp_results.runs + 1`, last_at: now }),
        ),
    );
}

/** Returns the results of these versions on all sites. */
export async function ytdlpResults(database: Reader, versions: readonly string[]): Promise<YtdlpResultRow[]> {
  if (versions.length === 0) return [];
  return await database.all(
    query
      .selectFrom("ytdlp_results")
      .selectAll()
      .where("version", "in", [...versions])
      .orderBy("version")
      .orderBy("site")
      .orderBy("kind"),
  );
}

/** Deletes results to which none was added for two months. */
export async function forgetYtdlpResults(database: Database, now: number): Promise<void> {
  await database.write(async (transaction) => {
    await transaction.run(query.deleteFrom("ytdlp_results").where("last_at", "<", now - keptMs));
  }, false);
}
