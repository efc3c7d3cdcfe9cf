import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { changeYtdlpVersions, openDatabase } from "@dwld/queue";
import { versionFolder } from "../releases/version-folder.ts";
import { VersionKeeper } from "./keeper.ts";
import { keep, noteInstalled, pin, takeOver, usedVersion } from "./version-states.ts";

test("version keeper: if the folder of versions was removed, the installed one is used, and the log says so once", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "dwld-keeper-"));
  const database = await openDatabase({ path: join(data, "dwld.sqlite") });
  t.after(async () => {
    await database.close();
    await rm(data, { recursive: true });
  });
  const [installed, current, pinned] = ["2026.10.26", "2026.11.20", "2026.09.01"];
  const fetched = (version: string) => ({ host: "here", version, origin: "stable" });
  await changeYtdlpVersions(database, "here", (rows) =>
    pin(
      takeOver(
        keep(keep(noteInstalled(rows, fetched(installed), 1), fetched(current), 1), fetched(pinned), 1),
        current,
        2,
      ),
      pinned,
    ),
  );
  const told: string[] = [];
  const tell = (_: object, message: string) => void told.push(message);
  const logger = { info: tell, warn: tell };
  const keeper = new VersionKeeper({ database, host: "here", folder: versionFolder(data), logger, now: () => 3 });
  for (let look = 0; look < 2; look++) await keeper.refresh();
  assert.equal(usedVersion(keeper.rows)?.version, installed);
  const gone = `${pinned}, which was pinned, ${current}`;
  assert.deepEqual(told, [`yt-dlp: the files of ${gone} are gone, and ${installed} is used`]);
});
