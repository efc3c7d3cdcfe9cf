import type { Page } from "playwright-core";

/** Has the browser lay out what is out of sight, too, and scrolls to the top: pictures and axe leave out what is not drawn. */
export async function layOutWhole(page: Page): Promise<void> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { content-visibility: visible !important }");
    document.adoptedStyleSheets = [sheet];
    scrollTo(0, 0);
  });
}
