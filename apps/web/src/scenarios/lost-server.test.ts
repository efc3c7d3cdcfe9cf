import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Dwld } from "@dwld/testbed";
import { hourMs } from "@dwld/timing";
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

test("page: a killed api is told with the age of what is shown, by the server's clock, and the page comes back by itself", async () => {
  await dwld.client.addTask({ link: "https://videos.example/before" });
  await using page = await openPage(dwld, { expected, path: "?", movesClock: true });
  await page.clock.install({ time: Date.now() + 3 * hourMs });
  await page.reload();
  await page.getByText("videos.example/before").waitFor();
  await dwld.kill("api");
  const notice = await page.getByText(/does not answer\. You see it as of/).textContent();
  const told = /as of (\d\d):(\d\d)\./.exec(notice ?? "");
  const minutes = Number(told?.[1]) * 60 + Number(told?.[2]);
  const now = new Date();
  const late = (now.getUTCHours() * 60 + now.getUTCMinutes() - minutes + 1440) % 1440;
  assert.ok(late <= 1, `${notice} at ${now.toISOString()}`);
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
