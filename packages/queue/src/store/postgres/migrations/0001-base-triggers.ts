import { type RawBuilder, sql } from "kysely";

type Event = { name: string; when: string; condition?: string };

/** Makes a trigger for each row, and its function of the same name. */
function trigger(
  { name, when, condition }: Event,
  body: string,
  { declared = "", returned = "NULL" }: { declared?: string; returned?: "NULL" | "OLD" | "NEW" } = {},
): RawBuilder<unknown>[] {
  return [
    sql.raw(
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ ${declared}BEGIN ${body} RETURN ${returned}; END $$`,
    ),
    sql.raw(
      `CREATE TRIGGER ${name} ${when} FOR EACH ROW ${condition === undefined ? "" : `WHEN (${condition}) `}EXECUTE FUNCTION ${name}()`,
    ),
  ];
}

/** Conditions on a row: a task that waits for its delivery, a due task, and a file on this disk. */
const waits = (row: string) => `(${row}.state IN ('READY_TO_SEND','SENDING'))`;
const isDue = (row: string) => `(${row}.state = 'QUEUED' AND ${row}.not_before IS NULL)`;
const isRunning = (row: string) => `(${row}.state = 'DOWNLOADING')`;
const isHere = (row: string) => `(${row}.local_path IS NOT NULL AND ${row}.delivered_at IS NULL)`;
const bytesOf = (row: string) => `
  (SELECT coalesce(sum(size_bytes), 0) FROM files WHERE task_seq = ${row}.seq AND ${isHere("files")})`;
const taskWaits = (row: string) => `(SELECT ${waits("tasks")} FROM tasks WHERE seq = ${row}.task_seq)`;

/**
 * Frozen once released. The same as SQLite's. Where several triggers have one event, PostgreSQL runs them in the order of
 * their names, and those after a statement when all of its rows have changed.
 */
export const triggers: readonly RawBuilder<unknown>[] = [
  // Only the edges of the state table.
  ...trigger(
    {
      name: "tasks_legal_transition",
      when: "BEFORE UPDATE OF state ON tasks",
      condition: `OLD.state || '>' || NEW.state NOT IN (
        'QUEUED>DOWNLOADING','QUEUED>CANCELED',
        'DOWNLOADING>READY_TO_SEND','DOWNLOADING>DONE','DOWNLOADING>QUEUED','DOWNLOADING>FAILED','DOWNLOADING>CANCELED',
        'READY_TO_SEND>SENDING','READY_TO_SEND>FAILED','READY_TO_SEND>CANCELED',
        'SENDING>DONE','SENDING>READY_TO_SEND','SENDING>FAILED','SENDING>CANCELED',
        'FAILED>QUEUED','FAILED>READY_TO_SEND','CANCELED>QUEUED')`,
    },
    "RAISE check_violation USING MESSAGE = 'illegal change of a task''s state';",
  ),

  // A new task has a number that no task had before, and a revision; it counts in its state and its site. The statement
  // that inserts it gives it both numbers; here, any other gets its revision.
  ...trigger(
    { name: "tasks_inserted", when: "AFTER INSERT ON tasks" },
    `UPDATE counters SET value = CASE name WHEN 'seq' THEN greatest(value, NEW.seq) ELSE value + 1 END
      WHERE name IN ('seq', 'revision', NEW.state);
    UPDATE tasks SET revision = counters.value FROM counters
      WHERE tasks.seq = NEW.seq AND counters.name = 'revision' AND tasks.revision <> counters.value;
    INSERT INTO sites (name, due) VALUES (NEW.site, ${isDue("NEW")}::integer)
      ON CONFLICT (name) DO UPDATE SET due = sites.due + 1 WHERE ${isDue("NEW")};`,
  ),

  // Every change but that of progress raises the revision. Before the row is written, so that it is written once.
  ...trigger(
    {
      name: "tasks_revision_update",
      when: `BEFORE UPDATE OF state, owner, not_before, title, duration_seconds, width, height, has_thumbnail, attempt_count,
        delivery_attempt_count, child_count, failure_class, failure_message, advice_texts ON tasks`,
      condition: "NEW.hidden = 0",
    },
    "UPDATE counters SET value = value + 1 WHERE name = 'revision' RETURNING value INTO NEW.revision;",
    { returned: "NEW" },
  ),

  // Work begins. New ranks of its line are given behind the one that was claimed last (start-time fair queueing).
  ...trigger(
    {
      name: "tasks_work_begins",
      when: "AFTER UPDATE OF state ON tasks",
      condition: "NEW.state IN ('DOWNLOADING','SENDING')",
    },
    `UPDATE counters SET value = NEW.rank
      WHERE name = CASE NEW.state WHEN 'SENDING' THEN 'sent_rank' ELSE 'served_rank' END AND value < NEW.rank;
    UPDATE sites SET started_at = NEW.updated_at WHERE name = NEW.site AND NEW.state = 'DOWNLOADING';`,
  ),

  // The number of tasks in each state.
  ...trigger(
    {
      name: "tasks_count_update",
      when: "AFTER UPDATE OF state, hidden ON tasks",
      condition: "OLD.state <> NEW.state OR OLD.hidden <> NEW.hidden",
    },
    `UPDATE counters SET value = value - 1 WHERE name = OLD.state AND OLD.hidden = 0;
    UPDATE counters SET value = value + 1 WHERE name = NEW.state AND NEW.hidden = 0;`,
  ),

  // The number of due and of running downloads of each site.
  ...trigger(
    {
      name: "tasks_site_update",
      when: "AFTER UPDATE OF state, not_before ON tasks",
      condition: `${isDue("OLD")} <> ${isDue("NEW")} OR ${isRunning("OLD")} <> ${isRunning("NEW")}`,
    },
    `UPDATE sites SET
      due = due - ${isDue("OLD")}::integer + ${isDue("NEW")}::integer,
      running = running - ${isRunning("OLD")}::integer + ${isRunning("NEW")}::integer
    WHERE name = NEW.site;`,
  ),

  ...trigger(
    { name: "tasks_deleted", when: "AFTER DELETE ON tasks" },
    `UPDATE counters SET value = value - 1 WHERE name = OLD.state AND OLD.hidden = 0;
    UPDATE sites SET due = due - ${isDue("OLD")}::integer, running = running - ${isRunning("OLD")}::integer
      WHERE name = OLD.site AND (${isDue("OLD")} OR ${isRunning("OLD")});`,
  ),

  // The bytes on this disk that wait for their delivery.
  ...trigger(
    {
      name: "tasks_waiting_bytes_update",
      when: "AFTER UPDATE OF state ON tasks",
      condition: `${waits("OLD")} <> ${waits("NEW")}`,
    },
    `UPDATE counters SET value = value + CASE WHEN ${waits("NEW")} THEN 1 ELSE -1 END * ${bytesOf("NEW")}
      WHERE name = 'waiting_bytes';`,
  ),
  ...trigger(
    { name: "tasks_waiting_bytes_delete", when: "BEFORE DELETE ON tasks", condition: waits("OLD") },
    `UPDATE counters SET value = value - ${bytesOf("OLD")} WHERE name = 'waiting_bytes';`,
    { returned: "OLD" },
  ),
  ...trigger(
    { name: "files_waiting_bytes_insert", when: "AFTER INSERT ON files", condition: isHere("NEW") },
    `UPDATE counters SET value = value + NEW.size_bytes WHERE name = 'waiting_bytes' AND ${taskWaits("NEW")};`,
  ),
  ...trigger(
    {
      name: "files_waiting_bytes_update",
      when: "AFTER UPDATE OF size_bytes, local_path, delivered_at ON files",
      condition: `${isHere("OLD")} OR ${isHere("NEW")}`,
    },
    `UPDATE counters
      SET value = value - OLD.size_bytes * ${isHere("OLD")}::integer + NEW.size_bytes * ${isHere("NEW")}::integer
      WHERE name = 'waiting_bytes' AND ${taskWaits("NEW")};`,
  ),
  ...trigger(
    { name: "files_waiting_bytes_delete", when: "AFTER DELETE ON files", condition: isHere("OLD") },
    `UPDATE counters SET value = value - OLD.size_bytes WHERE name = 'waiting_bytes' AND ${taskWaits("OLD")};`,
  ),

  // When a task has ended and nobody holds it, its temporary files on a server are to be removed, and its names are free.
  ...trigger(
    {
      name: "tasks_delivery_ended",
      when: "AFTER UPDATE OF state, owner ON tasks",
      condition: "NEW.owner IS NULL AND NEW.state IN ('DONE','FAILED','CANCELED')",
    },
    `UPDATE remote_parts SET remove_after = 0
      WHERE remove_after IS NULL AND file_seq IN (SELECT seq FROM files WHERE task_seq = NEW.seq);
    UPDATE files SET destination = NULL, remote_path = NULL
      WHERE task_seq = NEW.seq AND delivered_at IS NULL AND remote_path IS NOT NULL;`,
  ),

  // A task arrived or failed. A playlist that became tasks of its own did neither, nor did one that was canceled. Bytes stay
  // within what JavaScript counts.
  ...trigger(
    {
      name: "tasks_counted_at_end",
      when: "AFTER UPDATE OF state ON tasks",
      condition: `(OLD.state = 'SENDING' AND NEW.state = 'DONE') OR (OLD.state <> 'FAILED' AND NEW.state = 'FAILED')`,
    },
    `INSERT INTO ended_tasks VALUES (
      NEW.finished_at / 3600000, NEW.chat_id, NEW.site,
      CASE NEW.state WHEN 'DONE' THEN '' ELSE coalesce(NEW.failure_class, 'unknown') END, 1,
      CASE NEW.state WHEN 'DONE'
        THEN least((SELECT coalesce(sum(size_bytes), 0) FROM files WHERE task_seq = NEW.seq), 9007199254740991) ELSE 0 END)
    ON CONFLICT (hour, chat_id, site, failure_class) DO UPDATE
      SET tasks = ended_tasks.tasks + 1, bytes = least(ended_tasks.bytes + excluded.bytes, 9007199254740991);`,
  ),
];
