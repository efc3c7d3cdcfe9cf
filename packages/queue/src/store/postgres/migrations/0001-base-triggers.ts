import { type RawBuilder, sql } from "kysely";

type Event = { name: string; when: string; condition?: string };

/** Makes a trigger for each row, and its function of the same name. */
function trigger(
  { name, when, condition }: Event,
  body: string,
  { returned = "NULL" }: { returned?: "NULL" | "OLD" | "NEW" } = {},
): RawBuilder<unknown>[] {
  return [
    sql.raw(
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN ${returned}; END $$`,
    ),
    sql.raw(
      `CREATE TRIGGER ${name} ${when} FOR EACH ROW ${condition === undefined ? "" : `WHEN (${condition}) `}EXECUTE FUNCTION ${name}()`,
    ),
  ];
}

/** Conditions on a row: a task that waits for its delivery, a due task, and a file that is not delivered. */
const waits = (row: string) => `(${row}.state IN ('READY_TO_SEND','SENDING'))`;
const isDue = (row: string) => `(${row}.state = 'QUEUED' AND ${row}.not_before IS NULL)`;
const isRunning = (row: string) => `(${row}.state = 'DOWNLOADING')`;
const isLeft = (row: string) => `(${row}.local_path IS NOT NULL AND ${row}.delivered_at IS NULL)`;
const bytesOf = (row: string) => `
  (SELECT coalesce(sum(size_bytes), 0) FROM files WHERE task_seq = ${row}.seq AND ${isLeft("files")})`;
/** The host of a file's task, if that waits for its delivery. */
const waitsOn = (row: string) => `(SELECT host FROM tasks WHERE seq = ${row}.task_seq AND ${waits("tasks")})`;

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
        'READY_TO_SEND>SENDING','READY_TO_SEND>QUEUED','READY_TO_SEND>FAILED','READY_TO_SEND>CANCELED',
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

  // The tasks on each host's disk that wait for their delivery, and their bytes.
  ...trigger(
    {
      name: "tasks_begin_to_wait",
      when: "AFTER UPDATE OF state ON tasks",
      condition: `${waits("NEW")} AND NOT ${waits("OLD")}`,
    },
    `INSERT INTO hosts (name, first_seen_at, seen_at, waiting_tasks, waiting_bytes)
      VALUES (NEW.host, NEW.updated_at, NEW.updated_at, 1, ${bytesOf("NEW")})
      ON CONFLICT (name) DO UPDATE SET waiting_tasks = hosts.waiting_tasks + 1,
        waiting_bytes = hosts.waiting_bytes + excluded.waiting_bytes;`,
  ),
  ...trigger(
    {
      name: "tasks_wait_no_more",
      when: "AFTER UPDATE OF state ON tasks",
      condition: `${waits("OLD")} AND NOT ${waits("NEW")}`,
    },
    `UPDATE hosts SET waiting_tasks = waiting_tasks - 1, waiting_bytes = waiting_bytes - ${bytesOf("OLD")}
      WHERE name = OLD.host;`,
  ),
  ...trigger(
    { name: "tasks_waiting_deleted", when: "BEFORE DELETE ON tasks", condition: waits("OLD") },
    `UPDATE hosts SET waiting_tasks = waiting_tasks - 1, waiting_bytes = waiting_bytes - ${bytesOf("OLD")}
      WHERE name = OLD.host;`,
    { returned: "OLD" },
  ),
  ...trigger(
    { name: "files_waiting_inserted", when: "AFTER INSERT ON files", condition: isLeft("NEW") },
    `UPDATE hosts SET waiting_bytes = waiting_bytes + NEW.size_bytes WHERE name = ${waitsOn("NEW")};`,
  ),
  ...trigger(
    {
      name: "files_waiting_updated",
      when: "AFTER UPDATE OF size_bytes, local_path, delivered_at ON files",
      condition: `${isLeft("OLD")} OR ${isLeft("NEW")}`,
    },
    `UPDATE hosts
      SET waiting_bytes = waiting_bytes - OLD.size_bytes * ${isLeft("OLD")}::integer + NEW.size_bytes * ${isLeft("NEW")}::integer
      WHERE name = ${waitsOn("NEW")};`,
  ),
  ...trigger(
    { name: "files_waiting_deleted", when: "AFTER DELETE ON files", condition: isLeft("OLD") },
    `UPDATE hosts SET waiting_bytes = waiting_bytes - OLD.size_bytes WHERE name = ${waitsOn("OLD")};`,
  ),

  // When nobody delivers a task any more, its temporary files on a server are to be removed, and its names are free.
  ...trigger(
    {
      name: "tasks_delivery_ended",
      when: "AFTER UPDATE OF state, owner ON tasks",
      condition: `NEW.owner IS NULL
        AND (NEW.state IN ('DONE','FAILED','CANCELED') OR (OLD.state = 'READY_TO_SEND' AND NEW.state = 'QUEUED'))`,
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
