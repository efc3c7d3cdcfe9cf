import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { startReplica } from "./postgres-replica.ts";
import { startPostgres } from "./postgres-server.ts";

test("replica: a synchronous one has each commit, refuses writes until it is promoted, and then has a timeline of its own", async () => {
  await using primary = await startPostgres();
  await primary.query("CREATE TABLE things (n int)");
  await using replica = await startReplica(primary, { synchronous: true });
  const timeline = async () => {
    const [row] = await replica.query("SELECT timeline_id FROM pg_control_checkpoint()");
    return row?.["timeline_id"];
  };
  await primary.query("INSERT INTO things VALUES (1)");
  await assert.rejects(replica.query("INSERT INTO things VALUES (2)"), { code: "25006" });
  assert.equal(await timeline(), 1);
  await primary.goAway();
  await replica.promote();
  await replica.query("CHECKPOINT");
  assert.equal(await timeline(), 2);
  await replica.query("INSERT INTO things VALUES (3)");
  assert.deepEqual(await replica.query("SELECT n FROM things ORDER BY n"), [{ n: 1 }, { n: 3 }]);
});

test("replica: a commit waits for a synchronous one that is frozen, and not for an asynchronous one", async () => {
  await using primary = await startPostgres();
  await using replica = await startReplica(primary);
  replica.freeze();
  await primary.query("CREATE TABLE things (n int)");
  replica.thaw();
  await replica.caughtUp();
  assert.deepEqual(await replica.query("SELECT n FROM things"), []);
  await primary.set({ synchronous_standby_names: "*" });
  replica.freeze();
  // The server takes the setting over a moment later: a commit before that waits for nobody.
  const commits: Promise<unknown>[] = [];
  let committed = 0;
  await eventually("a commit waits for it", async () => {
    if (committed === commits.length)
      commits.push(primary.query("INSERT INTO things VALUES (1)").then(() => (committed += 1)));
    const [row] = await primary.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    return row !== undefined;
  });
  assert.equal(committed, commits.length - 1);
  replica.thaw();
  await Promise.all(commits);
});
