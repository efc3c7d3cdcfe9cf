import { eventually } from "@dwld/testbed";
import { minuteMs } from "@dwld/timing";
import type { TaskTable } from "../task-table.ts";
import { databaseName, type PostgresPair } from "./postgres-pair.ts";

export function openPostgresTable(pair: PostgresPair): TaskTable {
  /** The primary may be away, and may be another one when it is back. */
  async function rows<R>(query: string): Promise<R[]> {
    const ask = async () => ({ rows: await pair.primary.query(query, undefined, databaseName) });
    return (await eventually("the database answers", ask, { deadlineMs: minuteMs })).rows as R[];
  }
  return {
    rows,
    recordTransitions: async () => void (await rows(journal)),
    damage: async () => {
      await rows("CREATE EXTENSION IF NOT EXISTS amcheck");
      return (await rows<{ damage: string }>(damage)).map((found) => found.damage);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The order of `seq` is that of the commits, since dwld has one writer at a time. */
const journal = `
  CREATE TABLE chaos_journal (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, task text NOT NULL, site text NOT NULL, was text, became text);
  CREATE FUNCTION chaos_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE known record := coalesce(NEW, OLD);
    BEGIN
      INSERT INTO chaos_journal (task, site, was, became) VALUES (known.id, known.site, OLD.state, NEW.state);
      RETURN NULL;
    END $$;
  CREATE TRIGGER chaos_existence AFTER INSERT OR DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION chaos_record();
  CREATE TRIGGER chaos_change AFTER UPDATE OF state ON tasks FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION chaos_record();
`;

/** Reads each table with all of its pages, and each B-tree beside its table: amcheck knows no other kind of index. */
const damage = `
  SELECT c.relname || ': ' || found.msg AS damage FROM pg_class c, verify_heapam(c.oid) AS found
  WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT found FROM (
    SELECT CASE WHEN a.amname = 'btree' THEN bt_index_check(i.indexrelid, true)::text END AS found
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
    WHERE c.relnamespace = 'public'::regnamespace) AS indexes
  WHERE found <> ''
`;
