import assert from "node:assert/strict";
import { it } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema, TaskState, type WatchTasksResponse } from "@dwld/rpc";
import {
  type Dwld,
  eventually,
  freshPostgres,
  startDwld,
  startSampleSite,
  startTcpProxy,
  waitForTask,
} from "@dwld/testbed";
import { refusal } from "./testing/test-service.ts";

const patience = { deadlineMs: 30_000 };

async function reasonOf(dwld: Dwld, app: "api" | "worker"): Promise<string | undefined> {
  const answer = await fetch(`${dwld.health[app]}/readyz`).catch(() => undefined);
  if (answer === undefined) return undefined;
  const { checks } = (await answer.json()) as { checks: Record<string, { reason?: string }> };
  return answer.status === 200 ? "" : checks["database"]?.reason;
}

async function untilReason(dwld: Dwld, reason: RegExp): Promise<void> {
  for (const app of ["api", "worker"] as const)
    await eventually(`the ${app} says ${String(reason)}`, async () => reason.test((await reasonOf(dwld, app)) ?? "-"), {
      ...patience,
      describe: async () => `${await reasonOf(dwld, app)}\n${dwld.output(app)}`,
    });
}

/** Returns the lines of a scrape about the database and the table, and asserts that others are there although both are away. */
async function scraped(dwld: Dwld, app: "api" | "worker"): Promise<string[]> {
  const text = await (await fetch(`${dwld.health[app]}/metrics`)).text();
  assert.match(text, /^process_cpu_seconds_total [\d.]+$/m);
  return text.match(/^dwld_(database_up|tasks\{state="done"\}) .*$/gm) ?? [];
}

const cannotBeReached = /cannot be reached/;

it("absent database: the start waits for it, calls say when to come again, a stream goes on, and a download is settled once it is back", async (t) => {
  const database = await freshPostgres(t);
  const network = await startTcpProxy(database);
  t.after(() => network.stop());
  await network.cut();
  await using site = await startSampleSite({
    videos: [{ name: "v", sizeBytes: 3_000_000, throttleBytesPerSecond: 300_000 }],
  });
  await using dwld = await startDwld({
    apps: ["api", "worker"],
    until: "started",
    configuration: { database: { ...database.locationAt(network), tls: { mode: "none" } } },
  });
  await untilReason(dwld, /the start waits: .*cannot be reached/);
  assert.deepEqual(await scraped(dwld, "api"), ["dwld_database_up 0"]);
  await network.mend();
  await untilReason(dwld, /^$/);

  const { task } = await dwld.client.addTask({ link: site.mediaLink("v") });
  const id = task?.id ?? "";
  const events: WatchTasksResponse["event"][] = [];
  const leave = new AbortController();
  const watching = (async () => {
    for await (const { event } of dwld.client.watchTasks({}, { signal: leave.signal })) events.push(event);
  })().catch((error: unknown) => ConnectError.from(error).code);
  await waitForTask(dwld.client, id, TaskState.DOWNLOADING);
  await eventually("bytes arrive", () => site.requests.length > 1, patience);

  await network.cut();
  const error = await refusal(dwld.client.addTask({ link: "https://videos.example/" }));
  assert.equal(error.code, Code.Unavailable);
  assert.equal(error.findDetails(RetryInfoSchema).length, 1);
  assert.equal(error.metadata.get("retry-after"), "5");
  const isAway = ({ case: name, value }: WatchTasksResponse["event"]) => name === "heartbeat" && value.databaseAway;
  await eventually("a heartbeat says so", () => events.some(isAway), {
    ...patience,
    describe: () => `${JSON.stringify(events.at(-1)?.case)}\n${dwld.output("api")}`,
  });
  await untilReason(dwld, cannotBeReached);
  for (const app of ["api", "worker"] as const) assert.deepEqual(await scraped(dwld, app), ["dwld_database_up 0"]);
  await eventually("all of it was sent meanwhile", () => site.requests.every(({ ended }) => ended), patience);
  const asked = site.requests.length;

  await network.mend();
  await waitForTask(dwld.client, id, TaskState.DONE, patience.deadlineMs);
  const isDone = ({ case: name, value }: WatchTasksResponse["event"]) =>
    name === "changed" && value.id === id && value.state === TaskState.DONE;
  await eventually("the stream tells it", () => events.some(isDone), patience);
  leave.abort();
  assert.equal(await watching, Code.Canceled, "it was one stream");
  const { attempts = [], failure } = (await dwld.client.getTask({ id })).task ?? {};
  assert.deepEqual([attempts.length, attempts[0]?.failure, failure], [1, undefined, undefined]);
  assert.equal(site.requests.length, asked, "it was downloaded once");
  await untilReason(dwld, /^$/);
  assert.deepEqual(await scraped(dwld, "api"), ["dwld_database_up 1", 'dwld_tasks{state="done"} 1']);
});
