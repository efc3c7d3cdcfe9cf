import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import type { AxeResults } from "axe-core";
import { layOutWhole } from "./lay-out-whole.ts";

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let axe: Promise<string> | undefined;

/** Fails if axe finds something that keeps people out, each with the elements and what is wrong with them. */
export async function assertAccessible(page: Page): Promise<void> {
  await layOutWhole(page);
  await page.evaluate(await (axe ??= readFile(axeFile, "utf8")));
  const { violations } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}\n${failureSummary}`),
  );
  assert.deepEqual(found, []);
}

/** Fails if the page is wider than its window, and names the elements that reach beyond. */
export async function assertFits(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return Array.from(document.querySelectorAll("body *"))
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5)
      .map((element) => element.outerHTML.slice(0, 120));
  });
  assert.deepEqual(beyond, []);
}
