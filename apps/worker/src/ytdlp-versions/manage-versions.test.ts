import assert from "node:assert/strict";
import { chown, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseConfiguration } from "@dwld/daemon";
import { manageVersions } from "./manage-versions.ts";

const nobody = 65_534;

test(
  "yt-dlp versions: what a command of root makes in the folder of another user is that user's, and nothing else becomes so",
  { skip: process.geteuid?.() !== 0 && "needs root" },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "dwld-owner-"));
    t.after(async () => await rm(folder, { recursive: true }));
    const [data, foreign] = [join(folder, "data"), join(folder, "foreign")];
    await mkdir(data);
    await writeFile(foreign, JSON.stringify({ name: "here", id: "1" }));
    await symlink(foreign, join(data, "host.json"));
    await chown(data, nobody, nobody);
    const text = `data: ${data}\ndatabase: { path: ${join(data, "dwld.sqlite")} }\n`;
    {
      await using versions = await manageVersions(parseConfiguration(text, { file: join(folder, "dwld.yaml") }), {});
      assert.deepEqual((await versions.list()).versions, []);
    }
    const names = await readdir(data);
    assert.ok(names.includes("dwld.sqlite"), names.join());
    const owners = await Promise.all(names.map(async (name) => [name, (await lstat(join(data, name))).uid]));
    assert.deepEqual(
      owners.filter(([, uid]) => uid !== nobody),
      [],
    );
    assert.equal((await lstat(foreign)).uid, 0);
  },
);
