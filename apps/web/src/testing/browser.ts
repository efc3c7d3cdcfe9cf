import { after } from "node:test";
import type { Browser } from "playwright-core";
import { launchBrowser } from "./launch-browser.ts";

let launched: Promise<Browser> | undefined;

/** Returns the Chromium of this process, which ends with the process. */
export function browser(): Promise<Browser> {
  return (launched ??= launchBrowser());
}

after(async () => {
  await (await launched)?.close();
});
