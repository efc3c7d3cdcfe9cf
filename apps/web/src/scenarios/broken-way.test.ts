import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Dwld } from "@dwld/testbed";
import type { Page } from "playwright-core";
import { openPage } from "../testing/open-page.ts";
import { startDwldWithPage } from "../testing/start-dwld-with-page.ts";

let dwld: Dwld;
before(async () => {
  dwld = await startDwldWithPage({ apps: ["api"] });
  await dwld.client.addTask({ link: "https://videos.example/first" });
});
after(() => dwld.stop());

/** Chromium's words on calls to a server that is gone. */
const expected = [/net::ERR_/, /when fetching the script/];

/** Shows or hides a tab: the tabs of a browser without a window are all shown. */
async function turn(page: Page, visibility: "hidden" | "visible"): Promise<void> {
  await page.evaluate((state) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: state === "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  }, visibility);
}

/** Resolves when the service worker of the page answers for it. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null)
      await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  });
}

test("page: it opens while the server is away, from what the browser keeps of it, and comes back by itself", async () => {
  await using page = await openPage(dwld, { expected });
  await page.getByText("videos.example/first").waitFor();
  await isKept(page);
  // As an update finds the browser: with what was kept of another version.
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).unregister();
    await caches.open("page-of-before");
  });
  await page.reload();
  await isKept(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Network.clearBrowserCache");
  await dwld.kill("api");
  await page.goto("?show=failed");
  await page.getByText("The server does not answer.").waitFor();
  await page.getByRole("textbox", { name: "Links" }).fill("https://videos.example/typed");

  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => await (await caches.open(name)).keys()));
    return { caches: names.length, paths: requests.flat().map(({ url }) => new URL(url).pathname) };
  });
  assert.equal(kept.caches, 1);
  assert.deepEqual(
    kept.paths.filter((path) => !/^\/(assets\/[\w-]+\.(js|css)|[\w-]+\.(svg|png|webmanifest))?$/.test(path)),
    [],
  );

  await dwld.restart("api");
  await page.getByText("The server does not answer.").waitFor({ state: "detached" });
  await page.goto("");
  await page.getByText("videos.example/first").waitFor();
});

test("page: a part whose code the server does not give is told in its place, and comes when the server is back", async () => {
  await using page = await openPage(dwld, { expected });
  await page.getByText("videos.example/first").waitFor();
  // As on a page over plain HTTP, where there is no service worker.
  await page.evaluate(async () => await (await navigator.serviceWorker.ready).unregister());
  await page.addInitScript(() => Object.defineProperty(navigator, "serviceWorker", { value: undefined }));
  await page.route(/everything-later/, (route) => route.abort());
  await page.reload();
  await page.getByRole("link", { name: "Server", exact: true }).click();
  await page.getByText("could not be loaded").waitFor();
  await page.unroute(/everything-later/);
  await turn(page, "hidden");
  await turn(page, "visible");
  await page.getByText("could not be loaded").waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Server" }).waitFor();
});

test("page: of eight tabs, the hidden ones leave the six connections of a browser to the others, and a shown one is up to date", async () => {
  await using first = await openPage(dwld);
  let shown: Page = first;
  const tabs = new AsyncDisposableStack();
  await using _ = tabs;
  for (let count = 1; count < 8; count += 1) {
    await turn(shown, "hidden");
    shown = tabs.use(await openPage(dwld, { beside: first }));
    await shown.getByText("videos.example/first").waitFor();
  }
  await dwld.client.addTask({ link: "https://videos.example/from-elsewhere" });
  await shown.getByText("videos.example/from-elsewhere").waitFor();
  assert.equal(await first.getByText("videos.example/from-elsewhere").count(), 0, "a hidden tab asks for nothing");
  await turn(first, "visible");
  await first.getByText("videos.example/from-elsewhere").waitFor();
});

test("page: one that is older than the server's says so when it is heard again, and offers to load it", async () => {
  await using page = await openPage(dwld);
  await page.getByText("videos.example/first").waitFor();
  const reload = page.getByRole("button", { name: "Reload" });
  assert.equal(await reload.count(), 0);
  await page.evaluate(() => document.querySelector('meta[name="version"]')?.setAttribute("content", "of before"));
  await turn(page, "hidden");
  await turn(page, "visible");
  await reload.click();
  await page.waitForFunction(
    () => document.querySelector<HTMLMetaElement>('meta[name="version"]')?.content !== "of before",
  );
  await page.getByText("videos.example/first").waitFor();
  assert.equal(await reload.count(), 0);
});
