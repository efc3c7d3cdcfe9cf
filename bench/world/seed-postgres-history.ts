import type { PostgresServer, TestDatabase } from "@dwld/testbed";
import { createTable } from "./bench-postgres.ts";
import { commonChats, queuedTasks, rareChat, rareTasks, sites } from "./seed-history.ts";

/** Makes the same tasks as `seedHistory` in a database of a server. */
export async function seedPostgresHistory(server: PostgresServer, finishedTasks: number): Promise<TestDatabase> {
  const database = await createTable(server);
  const indexes = await database.query(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
    WHERE indrelid = 'tasks'::regclass AND NOT indisprimary AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)`,
  );
  await database.query(
    [
      // Triggers take a minute; what they count is set at the end.
      "SET session_replication_role = replica",
      ...indexes.map(({ name }) => `DROP INDEX ${String(name)}`),
      tasksOf(finishedTasks),
      attempts,
      files,
      ...indexes.map(({ definition }) => String(definition)),
      ...counts,
    ].join(";\n"),
  );
  // As autovacuum leaves it sooner or later, but now.
  await database.query("VACUUM (ANALYZE)");
  await database.query("CHECKPOINT");
  return database;
}

function tasksOf(finishedTasks: number): string {
  return `
  INSERT INTO tasks (seq, revision, id, chat_id, request_hash, link, site, user_name, folder, target_quality, options, state,
    rank, title, duration_seconds, width, height, attempt_count, created_at, updated_at, finished_at)
  SELECT n, n, '019a0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'),
    CASE WHEN n <= ${rareTasks} THEN '${rareChat}' ELSE 'chat ' || (n % ${commonChats}) END, lpad(n::text, 43, '0'),
    'https://videos.example/watch?v=' || n, 'site ' || (n % ${sites}), 'ann', '', 720, '{}',
    CASE WHEN n % 10 = 0 THEN 'FAILED' ELSE 'DONE' END, n, 'The title of a video, number ' || n, 60, 1280, 720, 1, n, n, n
  FROM generate_series(1, ${finishedTasks}) AS n;
  INSERT INTO tasks (seq, revision, id, chat_id, request_hash, link, site, user_name, folder, target_quality, options, rank,
    created_at, updated_at)
  SELECT ${finishedTasks} + n, ${finishedTasks} + n, '019b0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'),
    'chat ' || (n % ${commonChats}), 'waits ' || n, 'https://videos.example/watch?v=w' || n, 'site ' || (n % ${sites}),
    'ann', '', 720, '{}', n, n, n
  FROM generate_series(1, ${queuedTasks}) AS n`;
}

const attempts = `
  INSERT INTO attempts (id, task_seq, round, number, stage, started_at, ended_at, outcome, exit_code, ytdlp_version)
  SELECT 'a' || id, seq, 1, 1, 'default', created_at, finished_at,
    CASE WHEN state = 'DONE' THEN 'succeeded' ELSE 'failed' END, (state <> 'DONE')::integer, '2025.04.30'
  FROM tasks WHERE state <> 'QUEUED'`;

const files = `
  INSERT INTO files (task_seq, host, name, size_bytes, sha256, destination, remote_path, delivered_at, verified_by)
  SELECT seq, 'here', title || '.mp4', 20000000, lpad(seq::text, 64, '0'), 'ftp://nas.example:21',
    '/videos/ann/' || title || '.mp4', finished_at, 'size'
  FROM tasks WHERE state = 'DONE'`;

const counts = [
  "UPDATE counters SET value = (SELECT max(seq) FROM tasks) WHERE name IN ('seq', 'revision')",
  `UPDATE counters SET value = counted.tasks FROM (SELECT state, count(*) AS tasks FROM tasks GROUP BY state) AS counted
    WHERE name = counted.state`,
  "INSERT INTO sites (name, due) SELECT site, count(*) FILTER (WHERE state = 'QUEUED') FROM tasks GROUP BY site",
];
