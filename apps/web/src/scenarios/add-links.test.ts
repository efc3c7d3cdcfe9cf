import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Dwld } from "@dwld/testbed";
import { assertAccessible, assertFits } from "../testing/look-at.ts";
import { openPage } from "../testing/open-page.ts";
import { startDwldWithPage } from "../testing/start-dwld-with-page.ts";

let dwld: Dwld;
before(async () => {
  dwld = await startDwldWithPage({ apps: ["api"] });
});
after(() => dwld.stop());

const site = "https://videos.example";

async function linksWith(text: string): Promise<string[]> {
  const { tasks } = await dwld.client.listTasks({ filter: { text, chatId: "web" } });
  return tasks.map(({ link }) => link).toSorted();
}

test("add: a text with links is added by one key, each link has its answer, and a refused one stays", async () => {
  await dwld.client.addTask({ link: `${site}/mixed/known`, chatId: "web" });
  await using page = await openPage(dwld, { width: 320, height: 640 });
  const box = page.getByRole("textbox", { name: "Links" });
  const add = page.getByRole("button", { name: /^Add/ });
  await box.fill("Nothing to see");
  await page.getByText("There is no link in this text").waitFor();
  assert.equal(await add.isDisabled(), true);
  await box.fill(`See [this](${site}/mixed/a), "${site}/mixed/known" and https://me:secret@videos.example/mixed/b.`);
  assert.equal(await add.innerText(), "Add 3");
  await box.press("Control+Enter");
  await page.getByText("1 added, 1 is already on its way, 1 refused").waitFor();
  assert.equal(await box.inputValue(), "https://me:secret@videos.example/mixed/b");
  await page.getByText("holds a user name or a password").waitFor();
  assert.deepEqual(await linksWith("/mixed/"), [`${site}/mixed/a`, `${site}/mixed/known`]);
  await assertFits(page);
  await assertAccessible(page);
  await page.locator(".answers").getByRole("link", { name: "videos.example/mixed/a" }).click();
  assert.match(page.url(), /\?task=[\da-f-]{36}$/);
});

test("add: options are seen before they are sent, and those that contradict each other are not sent", async () => {
  await using page = await openPage(dwld);
  await page.getByRole("textbox", { name: "Links" }).fill(`${site}/options/a`);
  await page.getByText("Sound", { exact: true }).click();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByLabel("Parts", { exact: true }).fill("1:30-2:00, ");
  await page.getByText("German").click();
  await page.getByText("“Subtitles” cannot be cut: not with “Parts”").waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("cannot be cut").waitFor();
  assert.equal(await page.locator("[data-fault=true]").evaluate((field) => field === document.activeElement), true);
  await page.getByRole("button", { name: "More" }).click();
  await page.reload();
  await page.getByRole("button", { name: "Remove: Subtitles: de" }).click();
  await page.getByRole("button", { name: "Remove: Parts: 1:30-2:00" }).waitFor();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("1 added").waitFor();
  const { tasks } = await dwld.client.listTasks({ filter: { text: "/options/" } });
  assert.deepEqual(
    tasks.map(({ options }) => [options?.audioOnly, options?.sections.length, options?.subtitleLanguages]),
    [[true, 1, []]],
  );
  assert.equal(await page.locator(".chips").count(), 0);
});

test("add: what is shared waits in the box for one tap, and a reload shares nothing again", async () => {
  const shared = new URLSearchParams({ title: "A film", text: `Look: ${site}/shared/a`, url: "" });
  await using page = await openPage(dwld, { path: `?${shared}&show=failed` });
  const box = page.getByRole("textbox", { name: "Links" });
  await page.waitForURL(({ search }) => search === "?show=failed");
  await page.reload();
  assert.equal(new URL(page.url()).search, "?show=failed");
  assert.equal(await box.inputValue(), `${site}/shared/a`);
  assert.deepEqual(await linksWith("/shared/"), []);
  await page.goto(`?${shared}`);
  await page.waitForURL(({ search }) => search === "");
  assert.equal(await box.inputValue(), `${site}/shared/a\n${site}/shared/a`);
  await page.waitForFunction(() => document.activeElement?.textContent === "Add");
  await page.keyboard.press("Enter");
  await page.getByText("1 added").waitFor();
  assert.deepEqual(await linksWith("/shared/"), [`${site}/shared/a`]);
});

test("add: links wait for a server that is gone, and go once, whichever tab is still there", async () => {
  await using page = await openPage(dwld, { expected: [/net::ERR_/] });
  await page.getByRole("textbox", { name: "Links" }).waitFor();
  {
    await using other = await openPage(dwld, { beside: page, expected: [/net::ERR_/] });
    await other.getByRole("textbox", { name: "Links" }).waitFor();
    await dwld.kill("api");
    for (const [tab, links] of [
      [other, `${site}/away/a ${site}/away/b`],
      [page, `${site}/away/c`],
    ] as const) {
      await tab.getByRole("textbox", { name: "Links" }).fill(links);
      await tab.getByRole("button", { name: /^Add/ }).click();
    }
    await other.getByText("3 links wait for the server").waitFor();
  }
  await page.getByText("3 links wait for the server").waitFor();
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("videos.example/away/b").waitFor();
  await dwld.restart("api");
  await page.getByText("3 added").waitFor();
  await page.getByText("links wait for the server").waitFor({ state: "detached" });
  assert.deepEqual(await linksWith("/away/"), [`${site}/away/a`, `${site}/away/b`, `${site}/away/c`]);
});

test("add: a browser that keeps nothing shows the page all the same, and gives links back while the server is gone", async () => {
  await using page = await openPage(dwld, { expected: [/net::ERR_/] });
  await page.addInitScript(() => {
    const get = (): never => {
      throw new DOMException("denied", "SecurityError");
    };
    for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(globalThis, name, { get });
  });
  await page.reload();
  const box = page.getByRole("textbox", { name: "Links" });
  await box.fill(`${site}/forgotten/a`);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("1 added").waitFor();
  const row = page.locator(".task-row").getByText("videos.example/forgotten/a");
  await row.waitFor();
  await page.getByText("Русский").click();
  await page.getByRole("button", { name: "Добавить", exact: true }).waitFor();
  await row.waitFor();
  await page.getByText("English").click();
  await box.fill(`${site}/forgotten/b`);
  await dwld.kill("api");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("keeps nothing for the page").waitFor();
  assert.equal(await box.inputValue(), `${site}/forgotten/b`);
  await dwld.restart("api");
});

test("ways in: each is explained, and what is to be copied or dragged breaks no rule of the page", async () => {
  await using page = await openPage(dwld, {
    path: "?page=ways",
    width: 320,
    height: 640,
    language: "ru",
    theme: "dark",
  });
  await page.getByRole("heading", { name: "Как добавлять" }).waitFor();
  await page.getByRole("link", { name: "В dwld" }).click();
  await page.getByRole("status").getByText("Перетащите её на панель закладок.").waitFor();
  const copied = await page.getByRole("textbox", { name: "iPhone" }).inputValue();
  assert.equal(copied, `http://${dwld.addresses.http}/?url=`);
  await assertFits(page);
  await assertAccessible(page);
});
