import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Dwld, eventually } from "@dwld/testbed";
import { assertAccessible, assertFits } from "../testing/look-at.ts";
import { everyState, fillWithEveryState } from "../testing/every-state.ts";
import { openPage } from "../testing/open-page.ts";
import { startDwldWithPage } from "../testing/start-dwld-with-page.ts";
import { takePictures } from "../testing/take-pictures.ts";
import { TableByHand } from "../testing/table-by-hand.ts";

const lastFailed = everyState.failed.at(-1) ?? "";

let dwld: Dwld;
let table: TableByHand;
before(async () => {
  dwld = await startDwldWithPage({ apps: ["api"] });
  table = await TableByHand.open(dwld);
  await fillWithEveryState(table);
});
after(async () => {
  await table[Symbol.asyncDispose]();
  await dwld.stop();
});

for (const theme of ["light", "dark"] as const)
  test(`page: each state of a task is shown, and nothing of it keeps anybody out, in the ${theme} theme`, async () => {
    await using page = await openPage(dwld, { theme, width: theme === "light" ? 1440 : 360 });
    let missing: string[] = [];
    await eventually(
      "every title is shown",
      async () => {
        // One look and press: the button is gone once it was pressed, and comes back if there is more.
        await page
          .getByRole("button", { name: "Show more" })
          .evaluateAll((buttons) => buttons.forEach((button) => button instanceof HTMLElement && button.click()));
        const text = (await page.locator("body").textContent()) ?? "";
        missing = Object.values(everyState)
          .flat()
          .filter((title) => !text.includes(title));
        return missing.length === 0;
      },
      { describe: () => missing.join("\n") },
    );
    await assertAccessible(page);
    if (theme === "light") await takePictures(page, "every-state");
  });

for (const [window, look] of [
  ["320 px", { width: 320, height: 640, language: "ru" }],
  ["640 px, with text of 200 %,", { width: 640, height: 800, textPercent: 200, language: "ru" }],
] as const)
  test(`page: a window of ${window} needs no sideways scroll, and every text is in the language of the browser`, async () => {
    await using page = await openPage(dwld, look);
    // The list begins with all that is in work; what ended long ago may stand behind "Show more".
    await page.getByRole("link", { name: everyState.now[0] }).waitFor();
    await assertFits(page);
    const list = await page.locator("main").innerText();
    await page.getByRole("link", { name: lastFailed }).press("Enter");
    await page.getByRole("complementary").getByRole("list").first().waitFor();
    await assertFits(page);
    await assertAccessible(page);
    const texts = `${list}\n${await page.getByRole("complementary").innerText()}`;
    const known = [...Object.values(everyState).flat(), "dwld", "yt-dlp", "FTP"];
    const rest = known.reduce((text, word) => text.replaceAll(word, ""), texts);
    assert.deepEqual(rest.match(/\b[a-z]{3,} [a-z]{2,}\b/gi) ?? [], []);
  });

test("title: markup does nothing, a change of direction stays within, and 10,000 letters leave the layout as it is", async () => {
  const hostile = {
    markup: `<img src=x onerror="globalThis.ran = 1"></script><script>globalThis.ran = 1</script>`,
    direction: "\u202Ethgir ot tfel\u2066 ends nowhere",
    endless: "long".repeat(2500),
  };
  for (const [name, title] of Object.entries(hostile))
    await table.downloading({ link: `https://hostile.example/${name}` }, { title });
  await using page = await openPage(dwld, { width: 320 });
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.getByRole("link", { name: "<img src=x" }).waitFor();
    await assertFits(page);
    for (const name of ["<img src=x", "ends nowhere", "longlong"]) {
      await page.getByRole("link", { name }).press("Enter");
      await page.getByRole("complementary").getByRole("heading", { name }).waitFor();
      await assertFits(page);
      await page.goBack();
    }
    assert.equal(await page.evaluate(() => "ran" in globalThis), false);
    const heights = await page.getByRole("listitem").evaluateAll((rows) => rows.map((row) => row.clientHeight));
    assert.ok(Math.max(...heights) < 300, `a row is ${Math.max(...heights)} px high`);
  }
});
