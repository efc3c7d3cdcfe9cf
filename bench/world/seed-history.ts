import { openDatabase } from "@dwld/queue";
import BetterSqlite3 from "better-sqlite3";

/** Chats that both a short and a long history have, so that equal questions have equal answers. */
export const rareChat = "a rare chat";
export const commonChat = "chat 7";

export const rareTasks = 20;
export const commonChats = 20;
export const sites = 4;
export const queuedTasks = 500;

/**
 * Makes a task table with `finishedTasks` tasks, each with an attempt and a file: 1 in 10 has failed, 20 chats and 4 sites
 * share them, and the first 20 belong to a chat of their own. 500 more wait.
 */
export async function seedHistory(path: string, finishedTasks: number): Promise<void> {
  const made = await openDatabase({ path });
  await made.close();
  const sqlite = new BetterSqlite3(path);
  // There is nothing to lose yet.
  sqlite.pragma("synchronous = OFF");
  sqlite.pragma("cache_size = -200000");
  sqlite.transaction(() => {
    sqlite
      .prepare(
        `WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < @count)
        INSERT INTO tasks (id, chat_id, request_hash, link, site, user_name, folder, target_quality, options, state,
          rank, title, duration_seconds, width, height, attempt_count, created_at, updated_at, finished_at)
        SELECT printf('019a0000-0000-7000-8000-%012x', n),
          iif(n <= ${rareTasks}, @rareChat, 'chat ' || (n % ${commonChats})), printf('%043d', n),
          'https://videos.example/watch?v=' || n, 'site ' || (n % ${sites}), 'ann', '', 720, '{}',
          iif(n % 10 = 0, 'FAILED', 'DONE'), n, 'The title of a video, number ' || n, 60, 1280, 720, 1, n, n, n
        FROM numbers`,
      )
      .run({ count: finishedTasks, rareChat });
    sqlite.exec(
      `INSERT INTO attempts (id, task_seq, round, number, stage, started_at, ended_at, outcome, exit_code, ytdlp_version)
        SELECT 'a' || id, seq, 1, 1, 'default', created_at, finished_at,
          iif(state = 'DONE', 'succeeded', 'failed'), state <> 'DONE', '2025.04.30' FROM tasks`,
    );
    sqlite.exec(
      `INSERT INTO files (task_seq, host, name, size_bytes, sha256, destination, remote_path, delivered_at, verified_by)
        SELECT seq, 'here', title || '.mp4', 20000000, printf('%064d', seq), 'ftp://nas.example:21',
          '/videos/ann/' || title || '.mp4', finished_at, 'size' FROM tasks WHERE state = 'DONE'`,
    );
    sqlite
      .prepare(
        `WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < @count)
        INSERT INTO tasks (id, chat_id, request_hash, link, site, user_name, folder, target_quality, options, rank,
          created_at, updated_at)
        SELECT printf('019b0000-0000-7000-8000-%012x', n), 'chat ' || (n % ${commonChats}), 'waits ' || n,
          'https://videos.example/watch?v=w' || n, 'site ' || (n % ${sites}), 'ann', '', 720, '{}', n, n, n FROM numbers`,
      )
      .run({ count: queuedTasks });
  })();
  sqlite.pragma("wal_checkpoint(TRUNCATE)");
  sqlite.close();
}
