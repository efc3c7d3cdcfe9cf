import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { type Dwld, waitForTask } from "@dwld/testbed";
import { assertAccessible } from "../testing/look-at.ts";
import { openPage } from "../testing/open-page.ts";
import { startDwldWithPage } from "../testing/start-dwld-with-page.ts";
import { TableByHand } from "../testing/table-by-hand.ts";

let dwld: Dwld;
/** The tasks that failed, by their titles. */
const failed: Record<string, string> = {};
before(async () => {
  dwld = await startDwldWithPage({ apps: ["api"] });
  await using table = await TableByHand.open(dwld);
  const advice = { en: "It was removed.", ru: "Его удалили." };
  const failure = { failureClass: "gone", message: "HTTP Error 404: Not Found", advice };
  for (const title of ["The harbour", "The lighthouse", "The lighthouse-keeper"])
    failed[title] = await table.failed(
      { link: `https://videos.example/${title.slice(4)}` },
      { failure, retryAt: null, facts: { title } },
    );
  await table.done(
    { link: "https://videos.example/tide" },
    { name: "tide.mp4", sizeBytes: 5e6, facts: { title: "Tide" } },
  );
});
after(() => dwld.stop());

test("keyboard: alone it adds a link, finds a failed one, opens it, is told of it, tries it again, and is back where it was", async () => {
  await using page = await openPage(dwld);
  const keys = page.keyboard;
  await page.getByRole("link", { name: "Tide" }).waitFor();
  await keys.press("n");
  await keys.type("https://videos.example/new");
  await keys.press("Control+Enter");
  await page.getByText("1 added").waitFor();
  await keys.press("Tab");
  await keys.press("/");
  await keys.type("lighthouse");
  await page.waitForURL(/\?q=lighthouse$/);
  await page.getByRole("link", { name: "The harbour" }).waitFor({ state: "detached" });
  await keys.press("Tab");
  await keys.press("j");
  await keys.press("j");
  await keys.press("Enter");
  const task = page.getByRole("complementary");
  await task.getByRole("heading", { name: "The lighthouse", exact: true }).waitFor();
  await task.getByText("It was removed.").first().waitFor();
  await task.getByText("HTTP Error 404: Not Found", { exact: true }).waitFor();
  await task.getByRole("button", { name: "Copy the link" }).waitFor();
  await assertAccessible(page);
  assert.equal(await task.evaluate((pane) => pane.contains(document.activeElement)), true);
  await keys.press("r");
  await waitForTask(dwld.client, failed["The lighthouse"] ?? "", TaskState.QUEUED);
  await keys.press("Escape");
  await task.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.textContent === "The lighthouse");
  await keys.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
});

test("address: it has what is shown, through a reload, back and forward", async () => {
  await using page = await openPage(dwld, { path: "?show=failed" });
  const [harbour, tide] = [page.getByRole("link", { name: "The harbour" }), page.getByRole("link", { name: "Tide" })];
  await harbour.waitFor();
  assert.equal(await tide.count(), 0);
  await page.getByRole("navigation").getByRole("link", { name: "Done" }).click();
  await tide.waitFor();
  assert.equal(await harbour.count(), 0);
  await page.goBack();
  await harbour.waitFor();
  await harbour.click();
  await page.reload();
  await page.getByRole("complementary").getByText("It was removed.").first().waitFor();
  assert.equal(new URL(page.url()).search, `?show=failed&task=${failed["The harbour"]}`);
  await page.goBack();
  await page.getByRole("complementary").waitFor({ state: "detached" });
  await page.goForward();
  await page.getByRole("complementary").waitFor();
});
