import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { AccessService, DownloadService, Role, type WatchTasksResponse } from "@dwld/rpc";
import { type Dwld, eventually, startDwld } from "@dwld/testbed";
import { TestBot } from "./registration/testing/test-bot.ts";

const patience = { deadlineMs: 60_000 };

function transportTo(dwld: Dwld, token: string) {
  return createConnectTransport({
    baseUrl: `http://${dwld.addresses.http}`,
    httpVersion: "1.1",
    interceptors: [
      (next) => async (request) => {
        request.header.set("authorization", `Bearer ${token}`);
        return await next(request);
      },
    ],
  });
}

/** Watches until the server ends it. Returns what comes, and the error of the end. */
function watch(client: Pick<Dwld["client"], "watchTasks">): { events: WatchTasksResponse[]; ends: string[] } {
  const seen: ReturnType<typeof watch> = { events: [], ends: [] };
  void (async () => {
    for await (const event of client.watchTasks({})) seen.events.push(event);
  })().then(
    () => seen.ends.push("no error"),
    (error: unknown) => seen.ends.push(ConnectError.from(error).message),
  );
  return seen;
}

/** Returns whether the api asks the client for a token. */
async function refusesToList(client: Dwld["client"]): Promise<boolean> {
  const code = await client.listTasks({}).then(
    () => undefined,
    (error: unknown) => ConnectError.from(error).code,
  );
  return code === Code.Unauthenticated;
}

it("several apis of one table: changes, places, tokens and bots are the same by each, and stay when one stops", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-apis-"));
  t.after(() => rm(folder, { recursive: true }));
  const secretFile = join(folder, "secret");
  await writeFile(secretFile, "geheim\n");
  await using bot = await TestBot.start();
  const configuration = {
    database: { path: join(folder, "dwld.sqlite") },
    // The name and the address behind which both stand.
    register: [{ address: bot.url, secretFile, name: "home", reachedAt: "dwld.example:8888" }],
  };
  const one = await startDwld({ apps: ["api"], configuration, cleanup: t });
  const two = await startDwld({ apps: ["api"], configuration, cleanup: t });
  await eventually("the bot knows both as one", () => bot.registered.length >= 2, patience);
  assert.deepEqual(new Set(bot.registered.map(({ name, address }) => `${name} at ${address}`)).size, 1);

  const { events, ends } = watch(two.client);
  await eventually("the snapshot", () => events.length > 0, patience);
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1)
    ids.unshift((await one.client.addTask({ link: `https://videos.example/${count}` })).task?.id ?? "");
  const isTold = (id: string) => events.some(({ event }) => event.case === "changed" && event.value.id === id);
  await eventually("a watcher of one is told what was asked of the other", () => ids.every(isTold), patience);

  const first = await one.client.listTasks({ pageSize: 2 });
  const second = await two.client.listTasks({ pageSize: 2, pageToken: first.nextPageToken });
  assert.deepEqual(
    [...first.tasks, ...second.tasks].map(({ id }) => id),
    ids,
  );
  const { revision = "" } = events.at(-1) ?? {};
  await one.client.cancelTask({ id: ids[0] ?? "" });
  for await (const { event } of one.client.watchTasks({ sinceRevision: revision })) {
    assert.equal(event.case === "changed" && event.value.id, ids[0], "a revision of one is a place at the other");
    break;
  }

  const { secret } = await createClient(AccessService, transportTo(one, "")).createToken({
    name: "a",
    role: Role.ADMIN,
  });
  await eventually("a watcher of the other without a token has ended", () => ends.length > 0);
  assert.match(ends[0] ?? "", /^\[unauthenticated\] this server asks for a token/);
  const tasks = createClient(DownloadService, transportTo(two, secret));
  await eventually("the other asks for tokens, too", () => refusesToList(two.client));
  assert.equal((await tasks.listTasks({})).tasks.length, 3);
  const known = watch(tasks);
  await eventually("the snapshot for a token", () => known.events.length > 0);
  await createClient(AccessService, transportTo(one, secret)).revokeToken({ name: "a" });
  await eventually("a token that was revoked at one is of no use at the other", () => refusesToList(tasks));
  await eventually("a watcher of the other by this token has ended", () => known.ends.length > 0);
  assert.match(known.ends[0] ?? "", /^\[unauthenticated\] token a was revoked/);

  one.signal("api", "SIGTERM");
  assert.equal((await one.waitForEnd("api")).exitStatus, 0);
  assert.equal(bot.unregistered.length, 0, "the other goes on");
  two.signal("api", "SIGTERM");
  assert.equal((await two.waitForEnd("api")).exitStatus, 0);
  assert.equal(bot.unregistered.length, 1);
});
