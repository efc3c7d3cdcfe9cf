import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { isRuntimeFolder } from "../configuration/runtime-folder.ts";
import { listenAtSocket } from "./listen-at-socket.ts";

const folder = mkdtempSync(join(tmpdir(), "dwld-socket-"));
after(() => rmSync(folder, { recursive: true }));

test("UNIX socket: the group may connect in the runtime folder of a unit that is closed to others, else the user alone", async () => {
  process.env["RUNTIME_DIRECTORY"] = `/run/other:${join(folder, "unit")}:${join(folder, "open")}`;
  for (const [name, folderMode, mode] of [
    ["unit", 0o750, 0o660],
    ["open", 0o755, 0o600],
    ["own", 0o750, 0o600],
  ] as const) {
    const place = join(folder, name);
    mkdirSync(place);
    chmodSync(place, folderMode);
    const path = join(place, "api.socket");
    const server = createServer();
    await listenAtSocket(server, path, isRuntimeFolder(place));
    try {
      assert.equal(statSync(path).mode & 0o777, mode);
      await assert.rejects(listenAtSocket(createServer(), path, false), { code: "socket" });
    } finally {
      server.close();
    }
  }
});
