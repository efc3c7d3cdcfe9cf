import { type Database, query, type Reader } from "../store/database.ts";
import type { YtdlpCheckRow, YtdlpVersionRow } from "../store/schema-of-ytdlp.ts";

/** Returns the versions of yt-dlp of a host, or of all. */
export async function ytdlpVersions(database: Reader, host?: string): Promise<YtdlpVersionRow[]> {
  return await database.all(
    query
      .selectFrom("ytdlp_versions")
      .selectAll()
      .$if(host !== undefined, (statement) => statement.where("host", "=", host ?? ""))
      .orderBy("host")
      .orderBy("version"),
  );
}

/**
 * Changes the versions of a host in one transaction, since workers and commands decide about them at once. Returns the rows before
 * and after.
 *
 * @param change gets the rows. If it returns the same array, nothing changes.
 */
export async function changeYtdlpVersions(
  database: Database,
  host: string,
  change: (rows: readonly YtdlpVersionRow[]) => readonly YtdlpVersionRow[],
): Promise<{ before: readonly YtdlpVersionRow[]; after: readonly YtdlpVersionRow[] }> {
  const seen = await ytdlpVersions(database, host);
  // Most looks change nothing, and need no lock.
  if (change(seen) === seen) return { before: seen, after: seen };
  return await database.write(async (transaction) => {
    const before = await ytdlpVersions(transaction, host);
    const after = change(before);
    const goes = before.filter(({ version }) => !after.some((row) => row.version === version));
    for (const { version } of goes)
      await transaction.run(query.deleteFrom("ytdlp_versions").where("host", "=", host).where("version", "=", version));
    for (const row of after) {
      if (before.includes(row)) continue;
      const { host: _, version: __, ...columns } = row;
      await transaction.run(
        query
          .insertInto("ytdlp_versions")
          .values({ ...row, host })
          .onConflict((conflict) => conflict.columns(["host", "version"]).doUpdateSet(columns)),
      );
    }
    return { before, after };
  });
}

/** Returns the last look of each host for a newer yt-dlp. */
export async function ytdlpChecks(database: Reader): Promise<YtdlpCheckRow[]> {
  return await database.all(query.selectFrom("ytdlp_checks").selectAll().orderBy("host"));
}

/** Notes a look for a newer yt-dlp. What is left out stays as it was. */
export async function noteYtdlpCheck(
  database: Database,
  look: Pick<YtdlpCheckRow, "host" | "checked_at" | "problem"> & Partial<YtdlpCheckRow>,
): Promise<void> {
  const { host: _, ...columns } = look;
  await database.write(async (transaction) => {
    await transaction.run(
      query
        .insertInto("ytdlp_checks")
        .values(look)
        .onConflict((conflict) => conflict.column("host").doUpdateSet(columns)),
    );
  });
}

/** Returns the versions of yt-dlp that attempts of a host are using now. */
export async function ytdlpVersionsInUse(database: Reader, host: string): Promise<string[]> {
  const rows = await database.all(
    query
      .selectFrom("attempts")
      .select("ytdlp_version")
      .where("task_seq", "in", query.selectFrom("tasks").select("seq").where("process_id", "is not", null))
      .where("ended_at", "is", null)
      .where("host", "=", host),
  );
  return [...new Set(rows.map(({ ytdlp_version }) => ytdlp_version))];
}
