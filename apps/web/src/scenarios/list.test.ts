import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { type Dwld, eventually } from "@dwld/testbed";
import type { Page } from "playwright-core";
import { assertAccessible } from "../testing/look-at.ts";
import { openPage } from "../testing/open-page.ts";
import { startDwldWithPage } from "../testing/start-dwld-with-page.ts";
import { type Failed, TableByHand } from "../testing/table-by-hand.ts";

let dwld: Dwld;
let table: TableByHand;
before(async () => {
  dwld = await startDwldWithPage({ apps: ["api"] });
  table = await TableByHand.open(dwld);
});
after(async () => {
  await table[Symbol.asyncDispose]();
  await dwld.stop();
});

let round = 0;
/** A site of its own for each test, so that none sees the tasks of another. */
let site = "";
beforeEach(() => {
  round += 1;
  site = `site${round}.example`;
});

function failure(title: string): Failed {
  const advice = { en: "It is gone.", ru: "Его больше нет." };
  return {
    failure: { failureClass: "gone", message: "HTTP Error 404", advice },
    retryAt: null,
    facts: { title },
    stderr: "ERROR: HTTP Error 404",
  };
}

/** Adds failed tasks, "Film 1" first, and opens the page on them. */
async function openFailed(count: number) {
  for (let each = 1; each <= count; each += 1)
    await table.failed({ link: `https://${site}/${each}` }, failure(`Film ${each}`));
  const page = await openPage(dwld, { path: `?site=${site}` });
  await row(page, `Film ${count}`).waitFor();
  return page;
}

function row(page: Page, title: string) {
  return page.getByRole("listitem").filter({ has: page.getByRole("link", { name: title, exact: true }) });
}

async function statesOf(): Promise<TaskState[]> {
  const { tasks } = await dwld.client.listTasks({ filter: { site } });
  return tasks.map(({ state }) => state);
}

test("page: a deletion can be taken back for ten seconds, and a closed tab does not forget it", async () => {
  await using page = await openFailed(2);
  await page.clock.install();
  await row(page, "Film 1").hover();
  await page.getByRole("button", { name: "Delete “Film 1”" }).click();
  await row(page, "Film 1").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await row(page, "Film 1").waitFor();
  await row(page, "Film 2").hover();
  await page.getByRole("button", { name: "Delete “Film 2”" }).click();
  await row(page, "Film 2").waitFor({ state: "detached" });
  assert.equal((await statesOf()).length, 2);
  await page.reload();
  await row(page, "Film 1").waitFor();
  assert.equal(await row(page, "Film 2").count(), 0);
  await page.clock.fastForward(12_000);
  await eventually("the second one is deleted", async () => (await statesOf()).length === 1);
  await row(page, "Film 1").waitFor();
});

test("page: a deletion is carried out by another tab if its own was closed, and by one tab alone if both are open", async () => {
  await using page = await openFailed(2);
  await page.clock.install();
  const deleteIn = async (tab: Page, title: string) => {
    await row(tab, title).hover();
    await tab.getByRole("button", { name: `Delete “${title}”` }).click();
    await row(page, title).waitFor({ state: "detached" });
  };
  await using other = await openPage(dwld, { beside: page, path: new URL(page.url()).search });
  await deleteIn(other, "Film 1");
  await other.close();
  await page.clock.fastForward(12_000);
  await eventually("the first one is deleted", async () => (await statesOf()).length === 1);
  await using third = await openPage(dwld, { beside: page, path: new URL(page.url()).search });
  await deleteIn(third, "Film 2");
  // The clock of a page is that of all tabs beside it.
  await page.clock.fastForward(10_000);
  // A second call would be answered by 404, which the end of the block finds in the console.
  await eventually("the second one is deleted", async () => (await statesOf()).length === 0);
  await page.clock.fastForward(5_000);
});

test("page: selected tasks are tried again, canceled and deleted by one action, by pointer and by keys", async () => {
  await using page = await openFailed(4);
  await page.getByRole("button", { name: "Select", exact: true }).click();
  await page.getByRole("checkbox", { name: "Select “Film 4”" }).check();
  await page.getByRole("checkbox", { name: "Select “Film 2”" }).click({ modifiers: ["Shift"] });
  await page.getByText("3 selected").waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Try again 3", exact: true }).click();
  await eventually("three are tried again", async () => {
    const states = await statesOf();
    return states.filter((state) => state === TaskState.QUEUED).length === 3;
  });
  await page.getByRole("heading", { name: "Waiting 3" }).waitFor();
  await page.getByRole("link", { name: "Film 1", exact: true }).focus();
  for (const key of ["k", "x", "k", "x"]) await page.keyboard.press(key);
  await page.getByText("2 selected").waitFor();
  await page.keyboard.press("c");
  await eventually("two are canceled", async () => {
    const states = await statesOf();
    return states.filter((state) => state === TaskState.CANCELED).length === 2;
  });
});

test("page: everything that a filter finds is changed, also what is not shown", async () => {
  await using page = await openFailed(15);
  await page.getByRole("button", { name: "Select", exact: true }).click();
  await page.getByRole("button", { name: "Select all", exact: true }).click();
  await page.getByRole("button", { name: "Select all 15 that match" }).click();
  await page.getByText("15 selected").waitFor();
  await page.getByRole("button", { name: "Try again", exact: true }).first().click();
  await eventually("all are tried again", async () => (await statesOf()).every((state) => state === TaskState.QUEUED));
});

test("page: the address of a task that is gone says so", async () => {
  const id = await table.failed({ link: `https://${site}/1` }, failure("Film"));
  await dwld.client.deleteTask({ id });
  await using page = await openPage(dwld, { path: `?task=${id}`, expected: [/404/] });
  await page.getByText("This download is not in the list any more.").waitFor();
});

test("page: the history goes on to the first task, and a search finds what is not loaded", async () => {
  const links = Array.from({ length: 120 }, (_, index) => `https://${site}/number-${index + 1}`);
  await dwld.client.addTasks({ requests: links.map((link) => ({ link, chatId: "web" })) });
  await dwld.client.cancelTasks({ selection: { filter: { site } } });
  await using page = await openPage(dwld, { path: `?show=done&site=${site}` });
  await page.getByRole("link", { name: `${site}/number-120` }).waitFor();
  await eventually("the first one is shown", async () => {
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    return (await page.getByRole("link", { name: `${site}/number-1`, exact: true }).count()) === 1;
  });
  await page.getByRole("heading", { name: "Done 120", exact: true }).waitFor();
  await page.getByRole("button", { name: "Show more" }).waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("searchbox").fill("NUMBER-17");
  await page.getByRole("link", { name: `${site}/number-17`, exact: true }).waitFor();
  await page.getByRole("heading", { name: "Done 1", exact: true }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("q"), "NUMBER-17");
});

test("page: no row moves while the pointer is pressed, whatever arrives", async () => {
  await using page = await openPage(dwld, { path: `?show=waiting` });
  await dwld.client.addTask({ link: `https://${site}/first`, chatId: "web" });
  const first = page.getByRole("link", { name: `${site}/first` });
  await first.waitFor();
  await page.getByRole("heading", { name: /^Waiting/ }).hover();
  await page.mouse.down();
  const place = await first.boundingBox();
  await dwld.client.addTask({ link: `https://other-${site}/second`, chatId: "web" });
  // The choice of sites follows what the page knows at once.
  await page.getByRole("option", { name: `other-${site}` }).waitFor({ state: "attached" });
  assert.deepEqual(await first.boundingBox(), place);
  await page.mouse.up();
  await page.getByRole("link", { name: `other-${site}/second` }).waitFor();
});
