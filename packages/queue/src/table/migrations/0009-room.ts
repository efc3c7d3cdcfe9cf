import { type Kysely, sql } from "kysely";

/** Conditions on a row of a trigger or a query: what waits for its delivery, and the files of it that lie here. */
const waits = (row: "OLD" | "NEW" | "tasks") => sql.raw(`(${row}.state IN ('READY_TO_SEND','SENDING'))`);
const lies = (row: "OLD" | "NEW" | "files") =>
  sql.raw(`(${row}.local_path IS NOT NULL AND ${row}.delivered_at IS NULL)`);
const bytesOf = (row: "OLD" | "NEW") => sql`
  (SELECT coalesce(sum(size_bytes), 0) FROM files WHERE task_seq = ${sql.raw(row)}.seq AND ${lies("files")})`;
const taskWaits = (row: "OLD" | "NEW") => sql`
  (SELECT ${waits("tasks")} FROM tasks WHERE seq = ${sql.raw(row)}.task_seq)`;

/** Frozen once released: a later change of the schema is a migration of its own. */
const statements = [
  // What the download takes on the disk in all, as far as an attempt has learned it.
  sql`ALTER TABLE tasks ADD COLUMN expected_bytes INTEGER`,
  // It waits until so much room is there; null: it does not wait for room.
  sql`ALTER TABLE tasks ADD COLUMN wants_room_bytes INTEGER`,
  sql`CREATE INDEX tasks_waiting_for_room ON tasks (rank, seq, wants_room_bytes)
    WHERE state = 'QUEUED' AND not_before IS NOT NULL AND wants_room_bytes IS NOT NULL`,

  // The bytes on this disk that wait for their delivery, without adding them up.
  sql`INSERT INTO counters SELECT 'waiting_bytes', coalesce(sum(size_bytes), 0)
    FROM files JOIN tasks ON tasks.seq = files.task_seq WHERE ${waits("tasks")} AND ${lies("files")}`,
  sql`CREATE TRIGGER tasks_waiting_bytes_update AFTER UPDATE OF state ON tasks
    WHEN ${waits("OLD")} <> ${waits("NEW")} BEGIN
    UPDATE counters SET value = value + iif(${waits("NEW")}, 1, -1) * ${bytesOf("NEW")} WHERE name = 'waiting_bytes';
  END`,
  sql`CREATE TRIGGER tasks_waiting_bytes_delete BEFORE DELETE ON tasks WHEN ${waits("OLD")} BEGIN
    UPDATE counters SET value = value - ${bytesOf("OLD")} WHERE name = 'waiting_bytes';
  END`,
  sql`CREATE TRIGGER files_waiting_bytes_insert AFTER INSERT ON files WHEN ${lies("NEW")} BEGIN
    UPDATE counters SET value = value + NEW.size_bytes WHERE name = 'waiting_bytes' AND ${taskWaits("NEW")};
  END`,
  sql`CREATE TRIGGER files_waiting_bytes_update AFTER UPDATE OF size_bytes, local_path, delivered_at ON files
    WHEN ${lies("OLD")} OR ${lies("NEW")} BEGIN
    UPDATE counters SET value = value - OLD.size_bytes * ${lies("OLD")} + NEW.size_bytes * ${lies("NEW")}
      WHERE name = 'waiting_bytes' AND ${taskWaits("NEW")};
  END`,
  // Where the task itself goes, its own trigger has counted; then there is no task here any more.
  sql`CREATE TRIGGER files_waiting_bytes_delete AFTER DELETE ON files WHEN ${lies("OLD")} BEGIN
    UPDATE counters SET value = value - OLD.size_bytes WHERE name = 'waiting_bytes' AND ${taskWaits("OLD")};
  END`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
