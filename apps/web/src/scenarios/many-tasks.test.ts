import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Dwld } from "@dwld/testbed";
import { openPage } from "../testing/open-page.ts";
import { startDwldWithPage } from "../testing/start-dwld-with-page.ts";

const taskCount = 5000;
const batchSize = 500;

let full: Dwld;
/** Has one task, and is measured in the same minutes. */
let small: Dwld;
before(async () => {
  [full, small] = await Promise.all([startDwldWithPage({ apps: ["api"] }), startDwldWithPage({ apps: ["api"] })]);
  await small.client.addTask({ link: linkOf(taskCount), chatId: "web" });
  for (let first = 1; first < taskCount; first += batchSize) {
    const requests = Array.from({ length: batchSize }, (_, index) => ({ link: linkOf(first + index), chatId: "web" }));
    await full.client.addTasks({ requests });
  }
});
after(async () => {
  await Promise.all([full.stop(), small.stop()]);
});

function linkOf(number: number): string {
  return `https://videos.example/number-${number}`;
}

/** Processor seconds of the main thread of the page: until it shows its first row, until it knows all, and for ten keys. */
type Spent = { firstRow: number; all: number; keys: number };

async function measure(dwld: Dwld, count: string): Promise<Spent> {
  await using page = await openPage(dwld);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
  };
  await page.goto("?");
  await page.locator("main").getByText(`number-${taskCount}`).waitFor();
  const firstRow = await spent();
  await page.getByRole("heading", { name: `Waiting ${count}` }).waitFor();
  const all = await spent();
  await page.locator("textarea").pressSequentially("ten letters");
  return { firstRow, all, keys: (await spent()) - all };
}

test(`page: with ${taskCount} tasks, its first row and its answers to keys cost little more than with one`, async (t) => {
  const one = await measure(small, "1");
  const many = await measure(full, "5,000");
  t.diagnostic(JSON.stringify({ one, many }));
  assert.ok(many.firstRow < 4 * one.firstRow);
  assert.ok(many.all < 10 * one.all);
  assert.ok(many.keys < 4 * one.keys);
});
