import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Dwld } from "@dwld/testbed";
import type { Page } from "playwright-core";
import { everyState, fillWithEveryState } from "../testing/every-state.ts";
import { assertAccessible, assertFits } from "../testing/look-at.ts";
import { openPage } from "../testing/open-page.ts";
import { startDwldWithPage } from "../testing/start-dwld-with-page.ts";
import { TableByHand } from "../testing/table-by-hand.ts";
import { takePictures } from "../testing/take-pictures.ts";

let dwld: Dwld;
let table: TableByHand;
before(async () => {
  dwld = await startDwldWithPage({
    apps: ["api"],
    configuration: { ftp: { host: "nas.example", directory: "/videos" } },
  });
  table = await TableByHand.open(dwld);
});
after(async () => {
  await table[Symbol.asyncDispose]();
  await dwld.stop();
});

/** The line of the header. */
function line(page: Page) {
  return page.getByRole("link", { name: / free · to / });
}

test("house: one line while all is well, and its details one click away and back", async () => {
  await using page = await openPage(dwld);
  assert.match((await line(page).textContent()) ?? "", /^[\d.]+ [GT]B free · to nas\.example \/videos$/);
  assert.equal(await page.getByRole("main").getByText("Details").count(), 0);
  await line(page).click();
  await page.getByRole("heading", { name: "Server", exact: true }).waitFor();
  await page.getByRole("heading", { name: "Disk" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Server");
  await page.getByText("Nothing has ended in the last seven days.").waitFor();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await page.getByRole("textbox", { name: "Links" }).waitFor();
  assert.equal(new URL(page.url()).search, "");
});

test("house: its line and the counts of the list share one answer, and the details ask for the next", async () => {
  await using page = await openPage(dwld);
  await line(page).click();
  const times = await page.waitForFunction(() => {
    const calls = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/GetStatus"));
    return calls.length > 1 && calls.map(({ startTime }) => startTime);
  });
  const [first = 0, second = 0] = (await times.jsonValue()) || [];
  assert.ok(second - first > 2500, `asked again after ${second - first} ms`);
});

test("house: a trouble is a sentence with what can be done, three at once; a paused site is tried at once if asked", async () => {
  await fillWithEveryState(table);
  table.setTrouble("worker", "cookies", "ann.txt is set aside: the site no longer accepts it");
  table.setTrouble("worker", "room", "a download takes 9 PB more");
  table.setTrouble("ftp-sender", "destination_away", "nas.example:21 does not answer. Is it on?");
  await using page = await openPage(dwld);
  await page.getByText("robots.example rests until").waitFor();
  await page.getByText("nas.example does not answer").waitFor();
  await page.getByRole("link", { name: "and 1 more" }).click();
  await page.getByText("ann.txt is set aside").waitFor();
  await page.getByText("Larger downloads wait").waitFor();
  await takePictures(page, "house");
  await page.getByRole("button", { name: "Try now" }).first().click();
  await page.getByText("Links of robots.example are tried again.").waitFor();
  await page.getByText("rests until").first().waitFor({ state: "hidden" });
});

test("house: the week is a chart whose days the keyboard reaches, and a table", async () => {
  await using page = await openPage(dwld, { path: "?page=house" });
  const { length: failures } = everyState.failed;
  await page.getByRole("img", { name: new RegExp(`^In all: 3 arrived .*, ${failures} failed$`) }).waitFor();
  const days = page.getByRole("listitem").getByRole("button", { name: /: \d+ arrived/ });
  assert.equal(await days.count(), 7);
  await days.nth(5).focus();
  await page.keyboard.press("Tab");
  await page
    .getByText(new RegExp(`: 3 arrived \\(2.5 GB\\), ${failures} failed: .*taken for a robot \\(1\\)`))
    .waitFor();
  await page.getByText("As a table").click();
  await page.getByRole("row", { name: new RegExp(`3 2.5 GB ${failures}$`) }).waitFor();
});

for (const [window, look] of [
  ["320 px in Russian", { width: 320, height: 640, language: "ru" }],
  ["1440 px in the dark theme", { width: 1440, height: 900, theme: "dark" }],
] as const)
  test(`house: the details keep nobody out, and fit a window of ${window}`, async () => {
    await using page = await openPage(dwld, { ...look, path: "?page=house" });
    await page.getByRole("heading", { name: /^(Machine|Компьютер)$/ }).waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
    await assertAccessible(page);
    await assertFits(page);
  });
