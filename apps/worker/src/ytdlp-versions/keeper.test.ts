import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { changeYtdlpVersions, openDatabase, ytdlpVersions } from "@dwld/queue";
import { versionFolder } from "../releases/version-folder.ts";
import { VersionKeeper } from "./keeper.ts";
import { beginTrial, keep, noteInstalled, pin, rowOf, takeOver, usedVersion } from "./version-states.ts";

const fetched = (version: string) => ({ host: "here", version, origin: "stable" });

/** A keeper over a table of its own, with what it tells. */
async function start(t: TestContext) {
  const data = await mkdtemp(join(tmpdir(), "dwld-keeper-"));
  const database = await openDatabase({ path: join(data, "dwld.sqlite") });
  t.after(async () => {
    await database.close();
    await rm(data, { recursive: true });
  });
  const told: string[] = [];
  const tell = (_: object, message: string) => void told.push(message);
  const logger = { info: tell, warn: tell };
  const keeper = new VersionKeeper({ database, host: "here", folder: versionFolder(data), logger, now: () => 3 });
  return { database, keeper, told };
}

test("version keeper: if the folder of versions was removed, the installed one is used, and the log says so once", async (t) => {
  const { database, keeper, told } = await start(t);
  const [installed, current, pinned] = ["2026.10.26", "2026.11.20", "2026.09.01"];
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
  for (let look = 0; look < 2; look++) await keeper.refresh();
  assert.equal(usedVersion(keeper.rows)?.version, installed);
  const gone = `${pinned}, which was pinned, ${current}`;
  assert.deepEqual(told, [`yt-dlp: the files of ${gone} are gone, and ${installed} is used`]);
});

test("version keeper: a candidate that does not run on this machine is set aside as such, and the log says why", async (t) => {
  const { database, keeper, told } = await start(t);
  await changeYtdlpVersions(database, "here", (rows) =>
    beginTrial(noteInstalled(rows, fetched("2026.10.26"), 1), fetched("2026.11.20"), 2),
  );
  await keeper.refuse("2026.11.20", "no Python");
  assert.partialDeepStrictEqual(rowOf(await ytdlpVersions(database, "here"), "set_aside"), {
    ...{ version: "2026.11.20", cause: "unusable", since: 3 },
    reason: '{"en":"it does not run here: no Python","ru":"здесь не запускается: no Python"}',
  });
  assert.deepEqual(told, ["yt-dlp: 2026.11.20 is set aside: it does not run here: no Python"]);
});
