import { type RawBuilder, sql } from "kysely";

/** Ids and names are ordered by their bytes, as SQLite orders them, whatever the collation of the database is. */
const text = sql.raw('text COLLATE "C"');

/**
 * Frozen once released. schema.ts explains the columns. What comes from outside is bigint, even where small numbers are
 * expected, since SQLite takes any.
 */
export const tables: readonly RawBuilder<unknown>[] = [
  sql`CREATE TABLE counters (name ${text} PRIMARY KEY, value bigint NOT NULL)`,
  sql`INSERT INTO counters VALUES ('seq', 0), ('revision', 0), ('forgotten_revision', 0), ('served_rank', 0), ('sent_rank', 0),
    ('downloads', 0), ('deliveries', 0), ('leases', 0), ('ends', 0), ('changes', 0), ('access', 0),
    ('QUEUED', 0), ('DOWNLOADING', 0), ('READY_TO_SEND', 0), ('SENDING', 0), ('DONE', 0), ('FAILED', 0), ('CANCELED', 0)`,
  sql`CREATE TABLE secrets (name ${text} PRIMARY KEY, value bytea NOT NULL)`,
  // By the statistics of few tasks, a list of 10,000 would be added without indexes, until autovacuum comes by.
  sql`CREATE TABLE tasks (
    seq bigint PRIMARY KEY,
    id ${text} NOT NULL UNIQUE,
    parent_id ${text},
    chat_id ${text} NOT NULL,
    request_id ${text},
    request_hash ${text} NOT NULL,
    link ${text} NOT NULL,
    site ${text} NOT NULL,
    user_name ${text} NOT NULL,
    folder ${text} NOT NULL,
    target_quality bigint NOT NULL,
    options ${text} NOT NULL,
    state ${text} NOT NULL DEFAULT 'QUEUED'
      CHECK (state IN ('QUEUED','DOWNLOADING','READY_TO_SEND','SENDING','DONE','FAILED','CANCELED')),
    not_before bigint,
    ready_at bigint,
    host ${text} NOT NULL DEFAULT '',
    rank bigint NOT NULL,
    owner ${text},
    process_id ${text},
    hidden integer NOT NULL DEFAULT 0,
    title ${text} NOT NULL DEFAULT '',
    duration_seconds double precision,
    width bigint,
    height bigint,
    has_thumbnail integer NOT NULL DEFAULT 0,
    round integer NOT NULL DEFAULT 1,
    attempt_count integer NOT NULL DEFAULT 0,
    tried_since bigint,
    delivery_attempt_count integer NOT NULL DEFAULT 0,
    interruption_count integer NOT NULL DEFAULT 0,
    child_count integer NOT NULL DEFAULT 0,
    failure_class ${text},
    failure_message ${text},
    advice_texts ${text},
    remark_texts ${text},
    finish_requested integer NOT NULL DEFAULT 0,
    expected_bytes bigint,
    required_free_bytes bigint,
    progress ${text},
    revision bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    finished_at bigint,
    CHECK ((owner IS NULL) = (process_id IS NULL)),
    CHECK (owner IS NOT NULL OR state NOT IN ('DOWNLOADING','SENDING')),
    CHECK (owner IS NULL OR state IN ('DOWNLOADING','SENDING','CANCELED')),
    CHECK ((finished_at IS NOT NULL) = (state IN ('DONE','FAILED','CANCELED')))
  ) WITH (autovacuum_analyze_threshold = 1000, autovacuum_vacuum_threshold = 1000)`,
  sql`CREATE INDEX tasks_due ON tasks (site, rank, seq) WHERE state = 'QUEUED' AND not_before IS NULL`,
  sql`CREATE INDEX tasks_queued_chat ON tasks (chat_id, rank) WHERE state = 'QUEUED'`,
  sql`CREATE INDEX tasks_deliverable ON tasks (host, rank, seq) WHERE state = 'READY_TO_SEND' AND not_before IS NULL`,
  sql`CREATE INDEX tasks_deliverable_chat ON tasks (chat_id, rank) WHERE state = 'READY_TO_SEND'`,
  sql`CREATE INDEX tasks_undelivered ON tasks (ready_at) WHERE state = 'READY_TO_SEND'`,
  sql`CREATE INDEX tasks_deferred ON tasks (not_before) WHERE not_before IS NOT NULL`,
  sql`CREATE INDEX tasks_waiting_for_space ON tasks (rank, seq, required_free_bytes)
    WHERE state = 'QUEUED' AND not_before IS NOT NULL AND required_free_bytes IS NOT NULL`,
  sql`CREATE INDEX tasks_held ON tasks (process_id) WHERE process_id IS NOT NULL`,
  sql`CREATE INDEX tasks_hidden ON tasks (seq) WHERE hidden = 1`,
  sql`CREATE INDEX tasks_by_state ON tasks (state, seq)`,
  sql`CREATE INDEX tasks_by_chat ON tasks (chat_id, state, seq)`,
  sql`CREATE INDEX tasks_by_parent ON tasks (parent_id, seq) WHERE parent_id IS NOT NULL`,
  sql`CREATE INDEX tasks_by_revision ON tasks (revision)`,
  sql`CREATE INDEX tasks_by_finish ON tasks (state, finished_at) WHERE finished_at IS NOT NULL`,
  // A link may be longer than the 2.7 kB of an entry. It is within the hash of its request, and is found by one of its own.
  sql`CREATE UNIQUE INDEX tasks_equal_request ON tasks (chat_id, request_hash)
    WHERE state NOT IN ('DONE','FAILED','CANCELED')`,
  sql`CREATE INDEX tasks_open_link ON tasks USING hash (link) WHERE state NOT IN ('DONE','FAILED','CANCELED')`,

  sql`CREATE TABLE requests (
    chat_id ${text} NOT NULL,
    request_id ${text} NOT NULL,
    task_seq bigint NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    PRIMARY KEY (chat_id, request_id)
  )`,
  sql`CREATE INDEX requests_of_task ON requests (task_seq)`,
  sql`CREATE TABLE imported_links (key ${text} PRIMARY KEY, imported_at bigint NOT NULL)`,
  sql`CREATE TABLE thumbnails (
    task_seq bigint PRIMARY KEY REFERENCES tasks (seq) ON DELETE CASCADE,
    jpeg bytea NOT NULL CHECK (length(jpeg) BETWEEN 1 AND 32768)
  )`,

  sql`CREATE TABLE attempts (
    seq bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    id ${text} NOT NULL UNIQUE,
    task_seq bigint NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    round integer NOT NULL,
    number integer NOT NULL,
    stage ${text} NOT NULL,
    host ${text} NOT NULL DEFAULT '',
    started_at bigint NOT NULL,
    ended_at bigint,
    outcome ${text} CHECK (outcome IN ('succeeded','failed','interrupted')),
    failure_class ${text},
    failure_message ${text},
    advice_texts ${text},
    exit_code bigint,
    signal ${text},
    downloaded_bytes bigint NOT NULL DEFAULT 0,
    ytdlp_version ${text} NOT NULL,
    stderr_tail ${text} NOT NULL DEFAULT '',
    process_group ${text},
    cookie_file ${text},
    remark_texts ${text},
    UNIQUE (task_seq, number)
  )`,

  sql`CREATE TABLE files (
    seq bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    task_seq bigint NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    host ${text} NOT NULL,
    name ${text} NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 ${text} NOT NULL,
    local_path ${text},
    destination ${text},
    remote_path ${text},
    holds_name integer NOT NULL DEFAULT 1,
    delivered_at bigint,
    verified_by ${text}
  )`,
  sql`CREATE INDEX files_of_task ON files (task_seq)`,
  sql`CREATE UNIQUE INDEX files_remote_name ON files (destination, remote_path)
    WHERE remote_path IS NOT NULL AND holds_name = 1`,

  sql`CREATE TABLE remote_parts (
    destination ${text} NOT NULL,
    path ${text} NOT NULL,
    file_seq bigint NOT NULL,
    remove_after bigint,
    removals integer NOT NULL DEFAULT 0,
    PRIMARY KEY (destination, path)
  )`,
  sql`CREATE INDEX remote_parts_of_file ON remote_parts (file_seq)`,
  sql`CREATE INDEX remote_parts_to_remove ON remote_parts (destination, remove_after) WHERE remove_after IS NOT NULL`,

  sql`CREATE TABLE sites (
    name ${text} PRIMARY KEY,
    due bigint NOT NULL DEFAULT 0,
    running bigint NOT NULL DEFAULT 0,
    parallel bigint,
    paused_until bigint NOT NULL DEFAULT 0,
    paused_at bigint NOT NULL DEFAULT 0,
    pause_reason ${text} NOT NULL DEFAULT '',
    pause_level bigint NOT NULL DEFAULT 0,
    login_walls bigint NOT NULL DEFAULT 0,
    started_at bigint NOT NULL DEFAULT 0,
    start_interval_ms bigint NOT NULL DEFAULT 0
  )`,
  sql`CREATE TABLE stage_results (
    site ${text} NOT NULL,
    stage ${text} NOT NULL,
    successes bigint NOT NULL DEFAULT 0,
    failures bigint NOT NULL DEFAULT 0,
    succeeded_at bigint,
    failed_at bigint,
    PRIMARY KEY (site, stage)
  )`,
  sql`CREATE TABLE cookie_files (
    host ${text} NOT NULL,
    path ${text} NOT NULL,
    stamp ${text} NOT NULL,
    succeeded_at bigint,
    refusals bigint NOT NULL,
    set_aside_at bigint,
    failure_class ${text} NOT NULL,
    PRIMARY KEY (host, path)
  )`,
  sql`CREATE TABLE processes (
    id ${text} PRIMARY KEY,
    app ${text} NOT NULL,
    host ${text} NOT NULL,
    pid bigint NOT NULL,
    identity ${text} NOT NULL,
    version ${text} NOT NULL,
    started_at bigint NOT NULL,
    heartbeat bigint NOT NULL DEFAULT 0,
    seen_at bigint NOT NULL,
    troubles ${text} NOT NULL DEFAULT '{}',
    ytdlp_version ${text} NOT NULL DEFAULT '',
    walls ${text} NOT NULL DEFAULT 'null',
    data_id ${text} NOT NULL DEFAULT '',
    site_limits ${text} NOT NULL DEFAULT ''
  )`,
  sql`CREATE TABLE hosts (
    name ${text} PRIMARY KEY,
    shared ${text} NOT NULL DEFAULT '',
    first_seen_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    heartbeat bigint NOT NULL DEFAULT 0,
    silent_ms bigint NOT NULL DEFAULT 0,
    downloads ${text} NOT NULL DEFAULT '',
    free_bytes bigint,
    total_bytes bigint,
    waiting_tasks bigint NOT NULL DEFAULT 0,
    waiting_bytes bigint NOT NULL DEFAULT 0,
    forgotten_at bigint
  )`,
  sql`CREATE TABLE chat_bytes (
    hour bigint NOT NULL,
    chat_id ${text} NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (hour, chat_id)
  )`,
  sql`CREATE TABLE ended_tasks (
    hour bigint NOT NULL,
    chat_id ${text} NOT NULL,
    site ${text} NOT NULL,
    failure_class ${text} NOT NULL,
    tasks bigint NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (hour, chat_id, site, failure_class)
  )`,
  sql`CREATE TABLE tombstones (
    id ${text} PRIMARY KEY,
    chat_id ${text} NOT NULL,
    revision bigint NOT NULL,
    deleted_at bigint NOT NULL
  )`,
  sql`CREATE INDEX tombstones_by_revision ON tombstones (revision)`,
  sql`CREATE TABLE files_to_remove (host ${text} NOT NULL, path ${text} NOT NULL, PRIMARY KEY (host, path))`,
  sql`CREATE TABLE tokens (
    id ${text} PRIMARY KEY,
    name ${text} NOT NULL,
    hash ${text} NOT NULL,
    role ${text} NOT NULL CHECK (role IN ('admin','user','viewer')),
    chats ${text} NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    used_at bigint,
    revoked_at bigint,
    session_of ${text} REFERENCES tokens
  )`,

  // PostgreSQL's own. A row for each process that writes: a commit whose answer was lost is recognised by its number.
  sql`CREATE TABLE writers (id ${text} PRIMARY KEY, committed bigint NOT NULL, seen_at timestamptz NOT NULL)`,
];
