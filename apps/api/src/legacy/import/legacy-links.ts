import BetterSqlite3 from "better-sqlite3";
import { LegacyFileError } from "./legacy-file-error.ts";

/** A row of the first dwld's table `links`. SQLite enforces nothing on its columns, so each may be null. */
export type LegacyLink = {
  /** Number of the row, from 1, in the order of the file. */
  row: number;
  /** Null also if it has more than `maxLinkBytes`. */
  link: string | null;
  linkBytes: number | null;
  filename: string | null;
  quality: number | null;
  status: string | null;
  message: string | null;
  userName: string | null;
};

export const maxLinkBytes = 65_536;
const maxTextCharacters = 4096;

export type LegacyLinks = { read(): Iterable<LegacyLink>; close(): void };

/**
 * Opens a copy of the first dwld's database. SQLite undoes an unfinished change in it.
 *
 * @param file the original, for messages.
 * @throws LegacyFileError if it is damaged, or another program's.
 */
export function openLegacyLinks(path: string, file: string): LegacyLinks {
  const sqlite = new BetterSqlite3(path, { fileMustExist: true });
  try {
    // No function that the schema of an unknown file names is run.
    sqlite.pragma("trusted_schema = OFF");
    const columns = columnsOf(sqlite, file);
    const [damage] = sqlite.pragma("quick_check(links)") as { quick_check: string }[];
    if (damage?.quick_check !== "ok") throw damaged(file, damage?.quick_check ?? "");
    return {
      read: () => readRows(sqlite, file, columns),
      close: () => {
        sqlite.close();
      },
    };
  } catch (error) {
    sqlite.close();
    throw explain(error, file);
  }
}

type Columns = Record<"link" | "filename" | "quality" | "status" | "message" | "userName", string>;

/** Returns the columns as SQL; a missing one is NULL. */
function columnsOf(sqlite: BetterSqlite3.Database, file: string): Columns {
  const isTable = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'links' COLLATE NOCASE");
  if (isTable.get() === undefined) throw foreign(file, "it has no table links");
  const names = (sqlite.pragma("table_xinfo(links)") as { name: string }[]).map(({ name }) => name);
  const column = (...known: string[]): string => {
    const name = known.flatMap((one) => names.filter((there) => there.toLowerCase() === one)).at(0);
    return name === undefined ? "NULL" : `"${name.replaceAll('"', '""')}"`;
  };
  const columns = {
    link: column("link"),
    filename: column("filename"),
    // The first dwld renamed this column.
    quality: column("target_quality", "target_quantity"),
    status: column("work_status"),
    message: column("message"),
    userName: column("user_name"),
  };
  for (const needed of ["link", "status"] as const)
    if (columns[needed] === "NULL")
      throw foreign(file, `its table links has no column ${needed === "link" ? "link" : "work_status"}`);
  return columns;
}

function* readRows(sqlite: BetterSqlite3.Database, file: string, columns: Columns): Generator<LegacyLink> {
  const text = (name: string) => `substr(CAST(${name} AS TEXT), 1, ${maxTextCharacters})`;
  const statement = sqlite.prepare<[], Omit<LegacyLink, "row">>(`
    SELECT
      CASE WHEN octet_length(${columns.link}) <= ${maxLinkBytes} THEN CAST(${columns.link} AS TEXT) END AS link,
      octet_length(${columns.link}) AS linkBytes,
      CAST(${columns.quality} AS INTEGER) AS quality,
      ${text(columns.filename)} AS filename,
      ${text(columns.status)} AS status,
      ${text(columns.message)} AS message,
      ${text(columns.userName)} AS userName
    FROM links`);
  let row = 0;
  try {
    for (const found of statement.iterate()) {
      row += 1;
      yield { row, ...found };
    }
  } catch (error) {
    throw explain(error, file);
  }
}

function foreign(file: string, why: string): LegacyFileError {
  return new LegacyFileError(`${file} is not a database of the first dwld: ${why}`);
}

function damaged(file: string, what: string): LegacyFileError {
  return new LegacyFileError(
    `${file} is damaged (${what.split("\n")[0]}). It was left as it is. Save what can be read of it by sqlite3 "${file}" .recover | sqlite3 saved.db, and import saved.db`,
  );
}

function explain(error: unknown, file: string): unknown {
  if (!(error instanceof BetterSqlite3.SqliteError)) return error;
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) return damaged(file, error.message);
  return new LegacyFileError(`${file} cannot be read (${error.message})`, { cause: error });
}
