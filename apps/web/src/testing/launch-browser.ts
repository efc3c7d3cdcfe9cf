import type { Browser } from "playwright-core";

/** Starts Debian's Chromium, which shows nothing on a screen. @param environment variables beside those of this process. */
export async function launchBrowser(environment: Record<string, string> = {}): Promise<Browser> {
  // Loaded by need, since every process that runs several files of tests imports `browser.ts`.
  const { chromium } = await import("playwright-core");
  return await chromium.launch({
    executablePath: "/usr/bin/chromium-headless-shell",
    env: { ...process.env, ...environment },
    // Chromium's own sandbox refuses root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}
