import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { eventually } from "@dwld/timing/testing";
import { execa } from "execa";
import { parse } from "yaml";
import { dashboard, dashboardQueries } from "../../deploy/observability/dashboard.ts";
import { startDwld } from "./processes.ts";
import { startSampleSite } from "./sample-site.ts";
import { startVsftpd } from "./vsftpd.ts";
import { waitForTask } from "./wait-for-task.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "deploy/observability");

type Rule = { alert: string; expr: string; for?: string; annotations: Record<string, string> };
type Rules = { groups: { rules: Rule[] }[] };
const rules = (parse(readFileSync(join(folder, "alerts.yaml"), "utf8")) as Rules).groups.flatMap(
  (group) => group.rules,
);

/** Runs promtool, which says nothing of what is right. */
async function promtool(args: readonly string[], input = ""): Promise<string> {
  const { exitCode, stdout, stderr } = await execa("promtool", args, { input, reject: false, cwd: folder });
  return exitCode === 0 ? "" : `${args.join(" ")}: ${exitCode}\n${stdout}${stderr}`;
}

const apps = ["api", "worker", "ftp-sender"] as const;

/** The text of each process after a delivered link and one that failed, in both formats. */
const scraped = { classic: new Map<string, string>(), openMetrics: new Map<string, string>() };

/** Names and values from outside that no metric may have. */
const outside = ["never-a-label", "secret-chat", "gulls"];

before(async () => {
  await using site = await startSampleSite({ videos: [{ name: "gulls", title: "Gulls", seconds: 2 }] });
  await using server = await startVsftpd();
  await using dwld = await startDwld({
    apps,
    configuration: { worker: { parallel: 1, ytdlp: { keepLoaded: false } }, ftp: server.configuration },
  });
  const add = async (link: string) =>
    (await dwld.client.addTask({ link, userName: "never-a-label", chatId: "secret-chat" })).task?.id ?? "";
  const [done, failed] = [
    await add(site.pageLink("gulls")),
    await add(site.pageLink("gulls").replace("gulls", "never-a-label")),
  ];
  await waitForTask(dwld.client, done, TaskState.DONE);
  await waitForTask(dwld.client, failed, TaskState.FAILED);
  const scrape = async (app: (typeof apps)[number], accept: string) =>
    await (await fetch(`${dwld.health[app]}/metrics`, { headers: { accept } })).text();
  // The table is read anew after some seconds.
  const isTold = async () => {
    const text = await scrape("api", "text/plain");
    return /^dwld_tasks\{state="done"\} 1$/m.test(text) && /^dwld_ytdlp_info\{/m.test(text);
  };
  await eventually("the api tells of the link that was delivered, and of yt-dlp", isTold);
  for (const app of apps) {
    scraped.classic.set(app, await scrape(app, "text/plain"));
    scraped.openMetrics.set(app, await scrape(app, "application/openmetrics-text"));
  }
});

describe("observability", () => {
  test("metrics: promtool finds nothing in those of any process", async () => {
    for (const [app, text] of scraped.classic) assert.equal(await promtool(["check", "metrics"], text), "", app);
  });

  test("metrics: OpenMetrics tells the same samples", () => {
    const samples = (text = "") => [...text.matchAll(/^(\w+)(\{.*\})? \S+$/gm)].map(([, name]) => name);
    for (const app of apps) {
      const openMetrics = scraped.openMetrics.get(app) ?? "";
      assert.match(openMetrics, /\n# EOF\n$/);
      assert.deepEqual(samples(openMetrics), samples(scraped.classic.get(app)), app);
    }
  });

  test("metrics: what was done is counted where it was done, and nothing from outside is in a label", () => {
    const value = (app: string, sample: RegExp) => Number(sample.exec(scraped.classic.get(app) ?? "")?.[1]);
    assert.equal(value("ftp-sender", /^dwld_deliveries_total\{outcome="delivered"\} (.+)$/m), 1);
    assert.ok(value("ftp-sender", /^dwld_delivered_bytes_total (.+)$/m) > 10_000);
    assert.equal(value("ftp-sender", /^dwld_queue_wait_seconds_count\{kind="delivery"\} (.+)$/m), 1);
    const attempts = (name: string) =>
      value("worker", new RegExp(`^dwld_attempts_total\\{site="other",.*class="${name}",.*\\} (.+)$`, "m"));
    assert.equal(attempts("succeeded"), 1);
    assert.ok(attempts("gone") >= 1, scraped.classic.get("worker"));
    assert.equal(value("api", /^dwld_tasks\{state="failed"\} (.+)$/m), 1);
    assert.equal(value("api", /^dwld_rpc_calls_total\{.*method="AddTask",code="OK"\} (.+)$/m), 2);
    for (const text of scraped.classic.values())
      for (const word of [...outside, "127.0.0.1"]) assert.ok(!text.includes(word), word);
  });

  test("dashboard and alerts: they ask for metrics and labels that a process tells", () => {
    const all = [...scraped.classic.values()].join("");
    const queries = [...dashboardQueries.map(({ expr }) => expr), ...rules.map(({ expr }) => expr)];
    for (const expr of queries)
      for (const [, name = "", matchers = ""] of expr.matchAll(/\b((?:dwld|process|nodejs)_\w+)(\{[^}]*\})?/g)) {
        const samples = all.match(new RegExp(`^${name}(\\{.*\\})? .*$`, "gm")) ?? [];
        assert.ok(samples.length > 0, `${name} in ${expr}`);
        for (const [, label = "", operator = "", asked = ""] of matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)) {
          const told = samples.flatMap((sample) => new RegExp(`[{,]${label}="([^"]*)"`).exec(sample)?.[1] ?? []);
          assert.ok(told.length > 0, `${name} has no ${label}: ${expr}`);
          // A value that no metric ever has would make an alert that never comes. Classes and codes come with the first of them.
          if (!["class", "code"].includes(label))
            for (const value of asked.split("|"))
              assert.ok(
                told.some((one) => new RegExp(`^${value}$`).test(one)),
                `${name} ${label}${operator}${value}`,
              );
        }
      }
  });

  test("dashboard: each expression parses, and no two panels share an id or a place", async (t) => {
    const scratch = await mkdtemp(join(tmpdir(), "dwld-dashboard-"));
    t.after(() => rm(scratch, { recursive: true }));
    const known = { $__rate_interval: "5m", $__range: "1d" };
    const recorded = dashboardQueries.map(({ expr }, index) => ({
      record: `panel:${index}`,
      expr: Object.entries(known).reduce((text, [name, span]) => text.replaceAll(name, span), expr),
    }));
    const file = join(scratch, "panels.yaml");
    await writeFile(file, JSON.stringify({ groups: [{ name: "panels", rules: recorded }] }));
    assert.equal(await promtool(["check", "rules", file]), "");
    const panels = dashboard.panels as { id: number; gridPos: { x: number; y: number; w: number } }[];
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    assert.equal(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size, panels.length);
    assert.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24));
  });

  test("alerts: promtool's tests say what wakes somebody and what does not", async () => {
    assert.equal(await promtool(["check", "rules", "alerts.yaml"]), "");
    assert.equal(await promtool(["test", "rules", "alerts.test.yaml"]), "");
  });

  test("alerts: each says what to do, and the runbook has it", () => {
    const anchors = (document: string) =>
      readFileSync(join(root, document), "utf8")
        .split("\n")
        .flatMap((line) => /^#+ (.+)$/.exec(line)?.[1] ?? [])
        .map((heading) =>
          heading
            .toLowerCase()
            .replaceAll(/[^\p{L}\d -]/gu, "")
            .replaceAll(" ", "-"),
        );
    for (const { alert, annotations } of rules) {
      const { summary, description, runbook = "" } = annotations;
      assert.ok(summary && description, alert);
      const [document = "", anchor = ""] = runbook.split("#");
      assert.ok(anchors(document).includes(anchor), `${alert}: ${runbook}`);
      for (const name of ["docs/operations.md", "docs/operations.ru.md"])
        assert.ok(readFileSync(join(root, name), "utf8").includes(`\`${alert}\``), `${name} lacks ${alert}`);
    }
  });
});
