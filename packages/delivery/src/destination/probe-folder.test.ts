import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "./destination.ts";
import { probeFolder } from "./probe-folder.ts";

test("probe of a folder: a destination that keeps other bytes than were sent is called by its own name, and has no more of them", async () => {
  const removed: string[] = [];
  const session: Partial<Session> = {
    ensureFolder: async (path) => ({ path }),
    put: async (_, source) => void source.destroy(),
    size: async () => 7,
    remove: async (path) => void removed.push(path),
  };
  await assert.rejects(probeFolder({ title: "sftp://nas" }, session as Session, "/videos"), {
    kind: "no_space",
    phase: "work",
    message: /^sftp:\/\/nas has 7 bytes of \/videos\/\.dwld-probe\.[\da-f]{8}\.part where 37 were sent$/,
    advice: "Check the space and the quota there. It is tried again by itself.",
  });
  assert.match(removed.join(" "), /^\/videos\/\.dwld-probe\.[\da-f]{8}\.part$/);
});
