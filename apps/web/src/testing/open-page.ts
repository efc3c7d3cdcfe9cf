import assert from "node:assert/strict";
import type { Dwld } from "@dwld/testbed";
import type { BrowserContext, Page } from "playwright-core";
import { browser } from "./browser.ts";
import { watchPage } from "./watch-page.ts";

/** How somebody looks at the page. */
export interface Look {
  /** The query of the address: "?show=failed". */
  path?: string;
  /** CSS pixels; default 1280 x 800. */
  width?: number;
  height?: number;
  theme?: "light" | "dark";
  language?: "en" | "ru";
  /** Default "reduce", so that nothing is in between when a test looks. */
  motion?: "reduce" | "no-preference";
  /** The browser's setting of the size of text; default 100. */
  textPercent?: number;
  /** The test moves the clock of the page, by `page.clock`. */
  movesClock?: boolean;
  /** Another tab of the browser of this page: storage, cookies and service worker are the same. */
  beside?: Page;
  /** Errors that the test provokes, as the console has them. */
  expected?: readonly RegExp[];
}

const usualTextPx = 16;

/**
 * Opens the page of a running dwld: `await using page = await openPage(dwld)`. At the end of the block the page is closed, and
 * the test fails if the console had an error, the policy was violated, or another server was asked for something.
 */
export async function openPage(dwld: Pick<Dwld, "addresses">, look: Look = {}): Promise<Page> {
  const server = `http://${dwld.addresses.http}`;
  const context = look.beside?.context() ?? (await newContext(server, look));
  const page = await context.newPage();
  const problems = watchPage(page, server, look.expected ?? []);
  if (look.textPercent !== undefined) await setTextSize(page, (usualTextPx * look.textPercent) / 100);
  if (look.movesClock === true) await page.clock.install();
  await page.goto(look.path ?? "");
  const close = async () => {
    await (look.beside === undefined ? context.close() : page.close());
    // If the test has failed already, node:test shows neither of the two errors.
    for (const problem of problems) console.error(problem);
    assert.deepEqual(problems, []);
  };
  return Object.assign(page, { [Symbol.asyncDispose]: close });
}

/** A browser of its own: no storage, no cookies. */
async function newContext(server: string, look: Look): Promise<BrowserContext> {
  const { width = 1280, height = 800, theme = "light", language = "en", motion = "reduce" } = look;
  const program = await browser();
  const context = await program.newContext({
    baseURL: `${server}/`,
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: motion,
    locale: language === "en" ? "en-GB" : "ru-RU",
    timezoneId: "UTC",
  });
  context.setDefaultTimeout(10_000);
  return context;
}

/** The setting of a browser for the size of text, which is not its zoom. */
async function setTextSize(page: Page, standard: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setFontSizes", { fontSizes: { standard, fixed: standard } });
}
