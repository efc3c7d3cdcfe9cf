import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type Labels, Metrics } from "@dwld/daemon";
import { defaultOptions } from "@dwld/options";
import { addTask, DatabaseError, registerProcess } from "@dwld/queue";
import { claimTask, settleDownload, testHost } from "@dwld/queue/testing";
import { openContext, type OpenedContext } from "../testing/served-api.ts";
import { addTableMetrics } from "./table-metrics.ts";

const sites = { tube: { hosts: [] } } as never;
const worker = { minFreeBytes: 7, ytdlp: { update: { channel: "stable" } } } as never;
const failure = { failureClass: "bot_check", message: "m", advice: { en: "a", ru: "по-русски" } };

describe("metrics of the table", () => {
  let opened: OpenedContext;
  let nowMs = 0;

  beforeEach(async () => {
    nowMs = Date.now();
    opened = await openContext({ now: () => nowMs });
  });

  afterEach(() => opened.close());

  function addTo(metrics: Metrics, database = opened.context.database) {
    const { waits, limits } = opened.context;
    addTableMetrics(metrics, {
      ...{ database, waits, limits, host: testHost, now: () => nowMs },
      configuration: () => ({ sites, worker }),
    });
  }

  let links = 0;
  async function addLink(site: string, atMs: number): Promise<void> {
    links += 1;
    const request = { link: `https://${site}/${links}`, site, chatId: "c", userName: "", folder: "", targetQuality: 0 };
    await addTask(opened.context.database, { ...request, options: defaultOptions }, atMs);
  }

  async function read(metrics = new Metrics()) {
    addTo(metrics);
    const families = await metrics.read();
    return (name: string, labels: Labels = {}) =>
      families
        .find((family) => family.name === name)
        ?.samples.find((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))?.value;
  }

  it("say what waits, for how long and for what, and which sites refuse", async () => {
    const { database } = opened.context;
    await addLink("tube", nowMs - 60_000);
    await addLink("tube", nowMs - 50_000);
    for (const site of ["a.example", "b.example"]) await addLink(site, nowMs - 30_000);
    const alone = await read();
    assert.equal(alone("dwld_tasks", { state: "queued" }), 4);
    assert.equal(alone("dwld_oldest_waiting_seconds", { reason: "worker" }), 60);
    assert.equal(alone("dwld_site_due_tasks", { site: "tube" }), 2);
    assert.equal(alone("dwld_site_due_tasks", { site: "other" }), 2);

    const onError = (error: unknown): void => assert.fail(String(error));
    const self = { app: "worker", host: testHost, version: "1", pid: process.pid } as const;
    const registered = await registerProcess(database, self, { onError }, { now: () => nowMs });
    registered.setTrouble("cookies", "a sentence");
    registered.setYtdlpVersion("2026.01.01");
    registered.setDisk({ path: "/", freeBytes: 5, totalBytes: 9 });
    await registered.beat();
    const claimant = { processId: registered.processId, host: testHost, defaultSiteParallel: 9 };
    const lease = await claimTask(database, "download", claimant, nowMs);
    assert.equal(lease?.task.site, "tube");
    const site = { verdict: "pause", reason: "bot_check", baseMs: 999_999, maxMs: 999_999 } as const;
    await settleDownload(database, lease, { outcome: "failed", failure, retryAt: nowMs + 9000, site }, nowMs);
    nowMs += 1000;
    const refused = await read();
    assert.equal(refused("dwld_site_breakers_open", { site: "tube" }), 1);
    assert.equal(refused("dwld_site_breakers_open", { site: "other" }), 0);
    assert.equal(refused("dwld_oldest_waiting_seconds", { reason: "site_paused" }), 51);
    assert.equal(refused("dwld_oldest_waiting_seconds", { reason: "worker" }), 0);
    assert.equal(refused("dwld_oldest_waiting_seconds", { reason: "place" }), 31);
    assert.equal(refused("dwld_troubles", { source: "cookies" }), 1);
    assert.equal(refused("dwld_ytdlp_info", { version: "2026.01.01" }), 1);
    assert.deepEqual(
      ["dwld_disk_free_bytes", "dwld_disk_size_bytes", "dwld_disk_reserve_bytes"].map((name) => refused(name)),
      [5, 9, 7],
    );
    await registered.close();
  });

  it("say of all sites that are not configured, as one, what runs although nothing more of them waits", async () => {
    const { database } = opened.context;
    await addLink("a.example", nowMs);
    const claimant = { processId: "p", host: testHost, defaultSiteParallel: 9 };
    assert.ok(await claimTask(database, "download", claimant, nowMs));
    const valueOf = await read();
    assert.deepEqual(
      ["other", "tube"].map((site) => valueOf("dwld_site_running_downloads", { site })),
      [1, 0],
    );
  });

  it("are read once for all that ask within seconds, and lack the table if that is away", async () => {
    let reads = 0;
    let away = false;
    const database = new Proxy(opened.context.database, {
      get: (target, name) => {
        if (name !== "all" && name !== "get") return Reflect.get(target, name, target) as unknown;
        reads += 1;
        if (away) throw new DatabaseError("away", "the server is away");
        return target[name].bind(target);
      },
    });
    const metrics = new Metrics();
    addTo(metrics, database);
    await Promise.all(Array.from({ length: 10 }, () => metrics.read()));
    const once = reads;
    await metrics.read();
    assert.ok(once > 0 && once < 15);
    assert.equal(reads, once);
    away = true;
    const absent = new Metrics();
    addTo(absent, database);
    assert.deepEqual(
      (await absent.read()).map(({ name }) => name),
      ["dwld_limit_refusals_total"],
    );
  });
});
