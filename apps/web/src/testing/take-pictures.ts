import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { layOutWhole } from "./lay-out-whole.ts";

/** A folder (PICTURES, of `make pictures`); undefined: no pictures are taken. */
const folder = process.env["PICTURES"];

/**
 * Takes pictures of the page as it is, on a telephone and on a desk, in both themes. A picture that differs from the one of
 * that name in the folder is named on the terminal, and the other kept beside it. Times of the day and spans of time are
 * written over, so that two pictures differ by what was changed.
 */
export async function takePictures(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await layOutWhole(page);
  const viewport = page.viewportSize();
  for (const width of [360, 1440])
    for (const colorScheme of ["dark", "light"] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.evaluate(writeTimesOver);
      const picture = await page.screenshot({ fullPage: true });
      await keep(join(folder, `${name}-${width}-${colorScheme}`), picture);
    }
  if (viewport !== null) await page.setViewportSize(viewport);
}

/** Runs in the page. */
function writeTimesOver(): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
    text.nodeValue = (text.nodeValue ?? "")
      .replaceAll(/\b\d{1,2}:\d{2}\b/g, "12:00")
      .replaceAll(/\b\d+( (?:sec|min|hr|s|h|days?|с|сек|мин|ч)\b)/g, "1$1");
}

async function keep(path: string, picture: Buffer): Promise<void> {
  const isThere = await access(`${path}.png`).then(
    () => true,
    () => false,
  );
  if (isThere && !(await readFile(`${path}.png`)).equals(picture)) {
    await rename(`${path}.png`, `${path}.before.png`);
    console.log(`${path}.png has changed; ${path}.before.png is the one before`);
  }
  await writeFile(`${path}.png`, picture);
}
