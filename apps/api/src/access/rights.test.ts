import assert from "node:assert/strict";
import { test } from "node:test";
import { createConnectRouter } from "@connectrpc/connect";
import { addRoutes } from "../routes.ts";
import { openContext } from "../testing/served-api.ts";
import type { Identity } from "./identity.ts";
import { has, type Right, rights } from "./rights.ts";

test("rights: every method that is served has one, and no other", async () => {
  const opened = await openContext();
  const router = createConnectRouter();
  addRoutes(router, opened.context, { ready: () => Promise.resolve(true), stopping: opened.context.stopping });
  const served = router.handlers.map(({ service, method }) => `${service.typeName}/${method.localName}`);
  const listed = Object.entries(rights).flatMap(([service, methods]) =>
    Object.keys(methods).map((method) => `${service}/${method}`),
  );
  assert.deepEqual([...new Set(served)].toSorted(), listed.toSorted());
  assert.ok(listed.includes("grpc.v1.Downloader/setToQueue"));
  await opened.close();
});

test("rights: a viewer changes nothing, a user and a viewer of some chats see nothing of the machine, an admin may do everything", () => {
  const all: Right[] = ["anybody", "everyone", "see tasks", "see all", "change tasks", "administer"];
  const of = (role: Identity["role"], scope: Identity["scope"]) => all.filter((right) => has({ role, scope }, right));
  assert.deepEqual(of("admin", "all"), all);
  assert.deepEqual(of("user", "all"), ["anybody", "everyone", "see tasks", "change tasks"]);
  assert.deepEqual(of("user", ["a"]), of("user", "all"));
  assert.deepEqual(of("viewer", "all"), ["anybody", "everyone", "see tasks", "see all"]);
  assert.deepEqual(of("viewer", ["a"]), ["anybody", "everyone", "see tasks"]);
});
