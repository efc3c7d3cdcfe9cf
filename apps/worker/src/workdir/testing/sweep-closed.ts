import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseOptions } from "@dwld/options";
import { addTask, deleteTask, filesToRemove, openDatabase } from "@dwld/queue";
import { claimTask, settleDownload, testHost } from "@dwld/queue/testing";
import { createJanitor } from "../janitor.ts";

/**
 * Sweeps a folder in which not everything can be removed, twice, with a tidying in between, and prints as JSON what is left and
 * what was told. A program, since root may remove all: the test takes that privilege from it.
 *
 * Arguments: the folder, and an entry of the trash that belongs to somebody else, if there is one.
 */
const [folder = "", foreign] = process.argv.slice(2);
const database = await openDatabase({ path: join(folder, "dwld.sqlite") });
const downloads = join(folder, "downloads");
const ownFolder = join(downloads, ".dwld");
const trash = join(ownFolder, "trash");

/** Downloads a video and deletes it with its files. */
async function addDeleted(link: string, paths: readonly string[]): Promise<string> {
  const request = { link, site: "s", chatId: "", userName: "", folder: "", targetQuality: 0 };
  const { task } = await addTask(database, { ...request, options: parseOptions({ options: "{}" }) }, 1);
  const lease = await claimTask(database, "download", { processId: "p", defaultSiteParallel: 1 }, 1);
  if (lease === undefined) throw new Error("nothing to claim");
  const files = paths.map((path) => ({ name: basename(path), localPath: path, sizeBytes: 1, sha256: "" }));
  await settleDownload(database, lease, { outcome: "downloaded", files, media: {}, host: testHost.name }, 1);
  await deleteTask(database, { id: task.id, scope: "all" }, true, 1);
  return task.id;
}

const closed = join(downloads, "closed");
mkdirSync(closed, { recursive: true });
const [kept, removed] = [join(closed, "a.mp4"), join(downloads, "b.mp4")];
for (const path of [kept, removed]) writeFileSync(path, "x");
chmodSync(closed, 0o500);

const janitor = await createJanitor(database, downloads, testHost);
const ids = [await addDeleted("https://a.example/1", [kept, removed]), await addDeleted("https://a.example/2", [])];
for (const id of ids) mkdirSync(join(ownFolder, id, "temp", "below"), { recursive: true });
chmodSync(join(ownFolder, ids[0] ?? "", "temp"), 0o300);
// Nobody renames a folder that its owner may not write: its ".." changes.
chmodSync(join(ownFolder, ids[0] ?? ""), 0);
mkdirSync(join(trash, "zzz", "below"), { recursive: true });

const told: string[] = [];
const round = async (name: string, work: () => Promise<void>) => {
  await work().catch((error: unknown) => told.push(`${name}: ${String(error).replaceAll(folder, "")}`));
};
await round("first", () => janitor.sweep());
await addDeleted("https://a.example/3", []);
await round("tidy", () => janitor.tidy());
await round("second", () => janitor.sweep());
const left = existsSync(trash) ? readdirSync(trash) : [];
const workdirs = readdirSync(ownFolder).filter((name) => ids.includes(name));
const pending = await filesToRemove(database, testHost);
await database.close();
process.stdout.write(
  JSON.stringify({
    ...{ told, workdirs, left: left.filter((name) => join(trash, name) !== foreign) },
    ...{ removed: !existsSync(removed), kept: existsSync(kept), pending: pending.map((path) => basename(path)) },
  }),
);
