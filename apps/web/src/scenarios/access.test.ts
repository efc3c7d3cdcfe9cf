import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { AccessService, Role } from "@dwld/rpc";
import type { Dwld } from "@dwld/testbed";
import type { Page } from "playwright-core";
import { assertAccessible } from "../testing/look-at.ts";
import { openPage } from "../testing/open-page.ts";
import { startDwldWithPage } from "../testing/start-dwld-with-page.ts";
import { takePictures } from "../testing/take-pictures.ts";

const family = "https://videos.example/of-the-family";
const others = "https://videos.example/of-others";

let dwld: Dwld;
/** The secrets of tokens, by name. */
const secrets: Record<string, string> = {};
let headers: { authorization: string };

before(async () => {
  dwld = await startDwldWithPage({ apps: ["api"] });
  await dwld.client.addTask({ link: family, chatId: "family" });
  await dwld.client.addTask({ link: others, chatId: "others" });
  await makeToken("admin", Role.ADMIN);
  headers = { authorization: `Bearer ${secrets["admin"]}` };
  await makeToken("viewer", Role.VIEWER);
  await makeToken("aunt", Role.USER, ["family"]);
});
after(() => dwld.stop());

function access() {
  return createClient(AccessService, createConnectTransport({ baseUrl: `http://${dwld.addresses.http}` }));
}

async function makeToken(name: string, role: Role, chatIds: string[] = []): Promise<void> {
  const { secret } = await access().createToken({ name, role, chatIds }, { headers: { ...headers } });
  secrets[name] = secret;
}

/** Chromium's words on a call without a session. */
const expected = [/status of 401/];

async function logIn(page: Page, name: string): Promise<void> {
  await page.getByLabel("Token").fill(secrets[name] ?? "");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("of-the-family").waitFor();
}

/** The buttons that change something. */
const changes = /add|cancel|delete|try|retry|again|resume/i;

test("login: a wrong token is refused in words, and a right one opens the page, which no script can read", async () => {
  await using page = await openPage(dwld, { expected });
  await page.getByLabel("Token").fill("dwld_wrong");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("alert").filter({ hasText: "token" }).waitFor();
  await assertAccessible(page);
  await takePictures(page, "login");
  await logIn(page, "admin");
  const readable = await page.evaluate(() => JSON.stringify([document.cookie, localStorage, sessionStorage]));
  assert.equal(readable.includes(secrets["admin"] ?? ""), false);
  assert.equal(readable.includes("dwld="), false);
  await page.reload();
  await page.getByText("of-others").waitFor();
});

test("login: a page that came unencrypted from another machine takes no token, and says what to do", async () => {
  await using page = await openPage(dwld, { expected });
  await page.getByLabel("Token").waitFor();
  // To a browser, this machine is as good as HTTPS.
  await page.addInitScript(() => Object.defineProperty(globalThis, "isSecureContext", { value: false }));
  await page.reload();
  await page.getByText("an address that begins with https://").waitFor();
  assert.equal(await page.getByLabel("Token").count(), 0);
});

test("viewer: sees every task, and nothing that would change one", async () => {
  await using page = await openPage(dwld, { expected });
  await logIn(page, "viewer");
  await page.getByRole("link", { name: "of-others" }).press("Enter");
  await page.getByRole("complementary").getByRole("heading", { name: "of-others" }).waitFor();
  assert.deepEqual(await page.getByRole("button", { name: changes }).allTextContents(), []);
  assert.equal(await page.getByRole("textbox", { name: "Links" }).count(), 0);
});

test("token of a chat: sees the tasks of its chat alone, adds to it, and is told its week, and nothing of the machine", async () => {
  await using page = await openPage(dwld, { expected });
  await logIn(page, "aunt");
  assert.equal(await page.getByText("of-others").count(), 0);
  await page.getByRole("textbox", { name: "Links" }).fill("https://videos.example/new");
  await page.getByRole("button", { name: /^Add/ }).click();
  await page.getByText("1 added").waitFor();
  const { tasks } = await dwld.client.listTasks({ filter: { text: "videos.example/new" } }, { headers });
  assert.deepEqual(
    tasks.map(({ chatId }) => chatId),
    ["family"],
  );
  await page.getByRole("link", { name: "Server", exact: true }).click();
  await page.getByRole("heading", { name: "Seven days" }).waitFor();
  assert.deepEqual(await page.getByRole("heading", { level: 3 }).allTextContents(), ["Seven days"]);
  assert.equal(await page.getByRole("link", { name: / free/ }).count(), 0);
  assert.equal(await page.getByText("Nothing is downloaded").count(), 0);
});

test("session: when its token is revoked, the page asks for another one and shows nothing more", async () => {
  await makeToken("guest", Role.VIEWER);
  await using page = await openPage(dwld, { expected });
  await logIn(page, "guest");
  await access().revokeToken({ name: "guest" }, { headers });
  await page.getByLabel("Token").waitFor();
  assert.equal(await page.getByText("of-the-family").count(), 0);
});
