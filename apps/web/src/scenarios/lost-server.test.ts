import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Dwld } from "@dwld/testbed";
import { openPage } from "../testing/open-page.ts";
import { startDwldWithPage } from "../testing/start-dwld-with-page.ts";
import { takePictures } from "../testing/take-pictures.ts";

let dwld: Dwld;
before(async () => {
  dwld = await startDwldWithPage({ apps: ["api"] });
});
after(() => dwld.stop());

/** Chromium's words on calls to a server that is gone. */
const expected = [/net::ERR_/, /when fetching the script/];

/** From the last word of a server to the notice that it is lost. */
const longestSilenceMs = 15_000;

test("page: a killed api is told with the age of what is shown, and the page comes back by itself", async () => {
  await dwld.client.addTask({ link: "https://videos.example/before" });
  await using page = await openPage(dwld, { expected });
  await page.getByText("videos.example/before").waitFor();
  await dwld.kill("api");
  await page.getByText(/does not answer\. You see /).waitFor();
  assert.equal(await page.getByText("videos.example/before").isVisible(), true);
  await takePictures(page, "lost-server");
  await dwld.restart("api");
  await page.getByText(/You see /).waitFor({ state: "detached" });
  await dwld.client.addTask({ link: "https://videos.example/after" });
  await page.getByText("videos.example/after").waitFor();
});

test("page: an api that is frozen is noticed, and heard again when it goes on", async () => {
  await using page = await openPage(dwld, { expected, movesClock: true });
  await page.getByText("videos.example/before").waitFor();
  dwld.signal("api", "SIGSTOP");
  await page.clock.fastForward(longestSilenceMs);
  await page.getByText(/does not answer\. You see /).waitFor();
  dwld.signal("api", "SIGCONT");
  await page.getByText(/You see /).waitFor({ state: "detached" });
  await dwld.client.addTask({ link: "https://videos.example/thawed" });
  await page.getByText("videos.example/thawed").waitFor();
});
