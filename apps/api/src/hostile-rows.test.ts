import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { serveApi } from "./testing/served-api.ts";

/** Rows that no dwld of today writes: an older one, a repair by hand or a damaged disk may have. */
describe("hostile rows", () => {
  let served: Awaited<ReturnType<typeof serveApi>>;
  let table: DatabaseSync;
  let ids: string[];

  before(async () => {
    served = await serveApi();
    const client = binaryClient();
    ids = [];
    for (const name of ["a", "hostile", "b"]) {
      const { task } = await client.addTask({ link: `https://videos.example/${name}` });
      ids.unshift(task?.id ?? "");
    }
    // The row of a task that is over may hold each of the columns.
    await client.cancelTask({ id: ids[1] ?? "" });
    table = new DatabaseSync(join(served.folder, "dwld.sqlite"));
  });

  after(async () => {
    table.close();
    await served.close();
  });

  function binaryClient() {
    return createClient(
      DownloadService,
      createConnectTransport({ baseUrl: served.httpUrl, httpVersion: "1.1", useBinaryFormat: true }),
    );
  }

  /** The tasks of each answer, in JSON as any program would ask for it, and in binary. */
  async function told(): Promise<string[][]> {
    const leave = new AbortController();
    const json = await fetch(`${served.httpUrl}/dwld.v1.DownloadService/ListTasks`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    const { tasks = [] } = (await json.json()) as { tasks?: { id: string }[] };
    const lists = [tasks, (await binaryClient().listTasks({})).tasks];
    for await (const { event } of binaryClient().watchTasks({}, { signal: leave.signal })) {
      if (event.case === "snapshot") lists.push(event.value.tasks);
      break;
    }
    leave.abort();
    for (const id of ids) assert.equal((await binaryClient().getTask({ id })).task?.id, id);
    return lists.map((list) => list.map(({ id }) => id));
  }

  async function holds(column: string, value: number | bigint | string): Promise<void> {
    const hostile = `link = 'https://videos.example/hostile'`;
    table.exec(`CREATE TEMP TABLE earlier AS SELECT ${column} AS value FROM tasks WHERE ${hostile}`);
    table.prepare(`UPDATE tasks SET ${column} = ? WHERE ${hostile}`).run(value);
    for (const list of await told()) assert.deepEqual(list, ids, `${column} = ${value}`);
    table.exec(`UPDATE tasks SET ${column} = (SELECT value FROM earlier) WHERE ${hostile}; DROP TABLE earlier`);
  }

  it("hostile rows: whatever number one of them holds, every list comes whole, in JSON and in binary", async () => {
    const columns = table.prepare("SELECT name, type FROM pragma_table_info('tasks')").all() as {
      name: string;
      type: string;
    }[];
    // The columns that order and hide rows are not told.
    const ordering = new Set(["seq", "hidden", "revision"]);
    const numeric = columns.filter(({ name, type }) => type !== "TEXT" && !ordering.has(name));
    assert.ok(numeric.length > 15);
    for (const { name, type } of numeric)
      for (const value of type === "REAL" ? [1e300, Infinity, -5.5] : [2n ** 63n - 1n, -(2n ** 63n), 2n ** 40n])
        await holds(name, value);
  });

  it("hostile rows: unreadable options give a stub of the task, and the log says why", async () => {
    await holds("options", "{");
    const line = served.logLines.find((entry) => entry.includes("only a stub of it is answered"));
    assert.match(line ?? "", new RegExp(`"task_id":"${ids[1]}"`));
  });

  it("hostile rows: progress that makes no sense is left out, and the task is told", async () => {
    const link = "https://videos.example/a";
    const { id } = table.prepare("SELECT id FROM tasks WHERE link = ?").get(link) as { id: string };
    const claim = table.prepare("UPDATE tasks SET state = 'DOWNLOADING', owner = 'o', process_id = 'p' WHERE id = ?");
    claim.run(id);
    const progress = { doneBytes: 7, totalBytes: 1e18, etaSeconds: 1e300, step: "download", updatedAtMs: 1000 };
    table.prepare("UPDATE tasks SET progress = ? WHERE id = ?").run(JSON.stringify(progress), id);
    for (const list of await told()) assert.deepEqual(list, ids);
    const { task } = await binaryClient().getTask({ id });
    assert.equal(task?.progress?.doneBytes, 7n);
    assert.deepEqual([task.progress.totalBytes, task.progress.eta], [undefined, undefined]);
  });
});
