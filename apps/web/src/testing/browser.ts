import { after } from "node:test";
import type { Browser } from "playwright-core";

let launched: Promise<Browser> | undefined;

/** Returns the Chromium of this process, which ends with the process. */
export function browser(): Promise<Browser> {
  return (launched ??= launch());
}

async function launch(): Promise<Browser> {
  // Loaded by need, since every process that runs several files of tests imports this one.
  const { chromium } = await import("playwright-core");
  return await chromium.launch({
    executablePath: "/usr/bin/chromium-headless-shell",
    // Chromium's own sandbox refuses root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

after(async () => {
  await (await launched)?.close();
});
