import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { listenAtSocket } from "./listen-at-socket.ts";

const folder = mkdtempSync(join(tmpdir(), "dwld-socket-"));
after(() => rmSync(folder, { recursive: true }));

test("UNIX socket: the group of its folder may connect if the folder is closed to others, else the user alone", async () => {
  for (const [folderMode, mode] of [
    [0o750, 0o660],
    [0o755, 0o600],
  ] as const) {
    const place = join(folder, folderMode.toString(8));
    mkdirSync(place);
    chmodSync(place, folderMode);
    const path = join(place, "api.socket");
    const server = createServer();
    await listenAtSocket(server, path);
    try {
      assert.equal(statSync(path).mode & 0o777, mode);
      await assert.rejects(listenAtSocket(createServer(), path), { code: "socket" });
    } finally {
      server.close();
    }
  }
});
