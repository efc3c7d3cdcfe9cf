import { type Kysely, sql } from "kysely";

/** Frozen once released: a later change of the schema is a migration of its own. */
const statements = [
  // The machine that its files lie on, so that senders of other machines leave it alone.
  sql`ALTER TABLE tasks ADD COLUMN host TEXT NOT NULL DEFAULT ''`,
  sql`UPDATE tasks SET host = coalesce((SELECT host FROM files WHERE task_seq = tasks.seq LIMIT 1), '')
    WHERE state IN ('READY_TO_SEND','SENDING','FAILED')`,
  sql`DROP INDEX tasks_deliverable`,
  sql`CREATE INDEX tasks_deliverable ON tasks (host, rank, seq)
    WHERE state = 'READY_TO_SEND' AND not_before IS NULL`,

  // 0: the name leads to a copy that is another file's too, or was replaced since.
  sql`ALTER TABLE files ADD COLUMN holds_name INTEGER NOT NULL DEFAULT 1`,
  sql`DROP INDEX files_remote_name`,
  sql`CREATE UNIQUE INDEX files_remote_name ON files (destination, remote_path)
    WHERE remote_path IS NOT NULL AND holds_name = 1`,

  // What was begun on a server under a temporary name: to go on with, or, from remove_after on, to be removed.
  sql`CREATE TABLE remote_parts (
    destination TEXT NOT NULL,
    path TEXT NOT NULL,
    file_seq INTEGER NOT NULL,
    remove_after INTEGER,
    removals INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (destination, path)
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE INDEX remote_parts_of_file ON remote_parts (file_seq)`,
  sql`CREATE INDEX remote_parts_to_remove ON remote_parts (destination, remove_after)
    WHERE remove_after IS NOT NULL`,

  // However a task ends and whoever ends it: nobody goes on with its parts, and the names it had reserved are free.
  sql`CREATE TRIGGER tasks_delivery_ended AFTER UPDATE OF state, owner ON tasks
    WHEN NEW.owner IS NULL AND NEW.state IN ('DONE','FAILED','CANCELED') BEGIN
    UPDATE remote_parts SET remove_after = 0
      WHERE remove_after IS NULL AND file_seq IN (SELECT seq FROM files WHERE task_seq = NEW.seq);
    UPDATE files SET destination = NULL, remote_path = NULL
      WHERE task_seq = NEW.seq AND delivered_at IS NULL AND remote_path IS NOT NULL;
  END`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
