import assert from "node:assert/strict";
import { execFile, fork } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { eventually } from "@dwld/timing/testing";
import { notifyPath, openNotifyFiles } from "./notify-files.ts";
import { query } from "../database.ts";
import { countersOf } from "../counters.ts";
import { topics } from "../topics.ts";
import { addedTask, freshFile, freshPath, openedDatabase } from "../../testing/fresh-database.ts";
import { startProcess } from "../../testing/start-process.ts";

test("notify files: another process gets each notification by its event, without a change of the database to compare", async (t) => {
  const path = await freshPath(t);
  const other = await startProcess(t, fork);
  await other.ask("open", { path });
  await other.ask("listen");
  const notifier = openNotifyFiles(path, () => undefined);
  t.after(() => {
    notifier.close();
  });
  const tookMs: number[] = [];
  for (let count = 1; count <= 20; count++) {
    const start = performance.now();
    notifier.notify(["changes"]);
    await eventually(`notify ${count}`, () => other.count("notified") >= count);
    tookMs.push(performance.now() - start);
  }
  t.diagnostic(`heard after ${tookMs.toSorted((a, b) => a - b)[10]?.toFixed(1)} ms at the median`);
});

test("notify files: a commit notifies its own process and others, even if the notifier's file was removed", async (t) => {
  const path = await freshPath(t);
  const listener = await startProcess(t, fork);
  await listener.ask("open", { path });
  await listener.ask("listen");
  // The removal itself is an event.
  await rm(notifyPath(path, "changes"));
  // The opened table makes a new file, which the listener does not watch.
  const database = await openedDatabase(t, { path });
  let heard = 0;
  database.notifier.listen(["changes"], () => (heard += 1));
  await listener.told("notified");
  await listener.ask("add", []);
  const before = listener.count("notified");
  await addedTask(database);
  await eventually("its own process hears it", () => heard > 0);
  await eventually("the other one finds it by comparing", () => listener.count("notified") > before);
});

test("notify files: a notifier whose file was replaced before it listened hears itself, and is heard by others at once", async (t) => {
  const path = await freshPath(t);
  const notifiers = [openNotifyFiles(path, () => undefined), openNotifyFiles(path, () => undefined)] as const;
  const [one, other] = notifiers;
  t.after(() => {
    for (const each of notifiers) each.close();
  });
  one.notify(["changes"]);
  await rm(notifyPath(path, "changes"));
  other.notify(["changes"]);
  const heard = [0, 0];
  for (const [index, each] of notifiers.entries())
    each.listen(["changes"], () => (heard[index] = (heard[index] ?? 0) + 1));
  // What was notified before may be heard now.
  other.notify(["changes"]);
  await eventually("the other's is heard by both", () => heard.every((count) => count > 0));
  const before = [...heard];
  one.notify(["changes"]);
  await eventually("so is its own", () => heard.every((count, index) => count > (before[index] ?? 0)));
});

test("notify files: commits notify even if the machine has no watch left", async (t) => {
  const program = `
    import { writeFileSync } from "node:fs";
    import { once } from "node:events";
    writeFileSync("/proc/sys/user/max_inotify_watches", "0");
    const { openDatabase } = await import(${JSON.stringify(join(import.meta.dirname, "../open-database.ts"))});
    const { setSiteLimits } = await import(${JSON.stringify(join(import.meta.dirname, "../../sites/site-limits.ts"))});
    const keepAlive = setTimeout(() => undefined, 60_000);
    const [own, other] = [await openDatabase({ path: process.env.DATABASE }), await openDatabase({ path: process.env.DATABASE })];
    const heard = (notifier) => new Promise((resolve) => { const stop = notifier.listen(["downloads"], () => { stop(); resolve(); }); });
    const both = Promise.all([heard(own.notifier), heard(other.notifier)]);
    await setSiteLimits(own, { tube: { parallel: 1 } });
    await both;
    await Promise.all([own.close(), other.close()]);
    clearTimeout(keepAlive);
    console.log("heard");
  `;
  const words = ["--user", "--map-root-user", process.execPath, "--input-type=module", "--eval", program];
  try {
    await promisify(execFile)("unshare", ["--user", "--map-root-user", "true"]);
  } catch (error) {
    t.skip(`this machine makes no user namespace: ${String(error)}`);
    return;
  }
  const environment = { ...process.env, DATABASE: await freshPath(t) };
  const { stdout } = await promisify(execFile)("unshare", words, { env: environment, timeout: 30_000 });
  assert.equal(stdout, "heard\n");
});

test("notify files: idle processes with runners do not wake each other for ever", async (t) => {
  const database = await freshFile(t);
  const timing = { heartbeatIntervalMs: 20, leaseMs: 60_000 };
  const others = await Promise.all([startProcess(t, fork), startProcess(t, fork)]);
  for (const other of others) {
    await other.ask("open", database.location);
    await other.ask("listen");
    await other.ask("run", 2, timing);
  }
  // Work that neither can take: each notification makes both look for it.
  for (let count = 0; count < 6; count++) await addedTask(database);
  for (const other of others) await eventually("it has its work", () => other.count("started") === 2);
  const heartbeats = async () =>
    Math.min(
      ...(await database.all(query.selectFrom("processes").select("heartbeat"))).map(({ heartbeat }) => heartbeat),
    );
  const heard = () => others.map((other) => other.count("notified"));
  const [start, before] = [await heartbeats(), heard()];
  await eventually("both lived on for 50 heartbeats", async () => (await heartbeats()) >= start + 50);
  const notifies = heard().map((count, index) => count - (before[index] ?? 0));
  // The notifications of the last claims may still be on their way, and heartbeats are found by comparison once a
  // second.
  for (const count of notifies) assert(count < 25, `${count} wake-ups in 50 heartbeats`);
});

test("notify files: a listener that has ended is called no more, and a closed notifier calls nobody", async (t) => {
  const path = await freshPath(t);
  const [notifier, other] = [openNotifyFiles(path, () => undefined), openNotifyFiles(path, () => undefined)];
  const heard: string[] = [];
  const end = notifier.listen(["ends"], () => heard.push("ended"));
  notifier.listen(["ends"], () => heard.push("stays"));
  end();
  other.notify(["ends"]);
  await eventually("it rang", () => heard.length > 0);
  assert(!heard.includes("ended"));
  const count = heard.length;
  notifier.close();
  notifier.notify(["ends"]);
  other.listen(["ends"], () => heard.push("other"));
  other.notify(["ends"]);
  await eventually("the other one rang", () => heard.includes("other"));
  assert.equal(heard.filter((one) => one === "stays").length, count);
  other.close();
});

test("notify files: a notification calls those who listen to its topic, and nobody else", async (t) => {
  const path = await freshPath(t);
  const [notifier, other] = [openNotifyFiles(path, () => undefined), openNotifyFiles(path, () => undefined)];
  t.after(() => {
    notifier.close();
    other.close();
  });
  const heard: string[] = [];
  for (const topic of topics) notifier.listen([topic], () => heard.push(topic));
  notifier.listen(["downloads", "ends"], () => heard.push("two topics"));
  other.notify(["downloads"]);
  await eventually("it rang", () => heard.length === 2);
  // A later one of another topic comes after everything that the first could have caused.
  other.notify(["leases"]);
  await eventually("it rang again", () => heard.includes("leases"));
  assert.deepEqual(heard.toSorted(), ["downloads", "leases", "two topics"]);
});

test("notify files: a comparison of the counts calls those alone whose topic was notified", async (t) => {
  const path = await freshPath(t);
  const counts = countersOf(topics, []);
  const notifier = openNotifyFiles(path, () => ({ ...counts }));
  t.after(() => {
    notifier.close();
  });
  const heard: string[] = [];
  for (const topic of topics) notifier.listen([topic], () => heard.push(topic));
  counts.deliveries = 1;
  await eventually("it is found", () => heard.length > 0);
  counts.ends = 5;
  await eventually("so is the next", () => heard.includes("ends"));
  assert.deepEqual(heard, ["deliveries", "ends"]);
});
