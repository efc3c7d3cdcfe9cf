import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { changeYtdlpVersions, openDatabase, type YtdlpVersionRow, ytdlpVersions } from "@dwld/queue";
import { runHere } from "../testing/run-here.ts";

async function start(t: TestContext, settings: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-ytdlp-"));
  t.after(async () => await rm(folder, { recursive: true }));
  const [data, config] = [join(folder, "data"), join(folder, "dwld.yaml")];
  // JSON is YAML.
  await writeFile(config, JSON.stringify({ data, host: "here", database: { path: "data/dwld.sqlite" }, ...settings }));
  const ytdlp = async (...words: string[]) => await runHere(["ytdlp", ...words, "--config", config]);
  const versions = async (...rows: Pick<YtdlpVersionRow, "version" | "state" | "pinned">[]) => {
    await mkdir(data, { recursive: true });
    const database = await openDatabase({ path: join(data, "dwld.sqlite") });
    const unblamed = { host: "here", origin: "stable", since: 1, cause: "", reason: "" } as const;
    const made = rows.map((row) => ({ ...row, ...unblamed }));
    await changeYtdlpVersions(database, "here", () => made);
    await database.close();
  };
  const causes = async () => {
    const database = await openDatabase({ path: join(data, "dwld.sqlite") });
    const known = await ytdlpVersions(database, "here");
    await database.close();
    return Object.fromEntries(known.map(({ version, cause }) => [version, cause]));
  };
  return { data, ytdlp, versions, causes };
}

const [newer, older, oldest] = ["2026.11.20", "2026.10.26", "2026.09.01"];

test("ytdlp list: on a machine that never fetched one, it says so, and makes nothing", async (t) => {
  const { data, ytdlp } = await start(t);
  const { status, stdout } = await ytdlp("list");
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^No version was fetched yet: the yt-dlp on the PATH is used\.\nNo newer one was looked for yet\./,
  );
  assert.equal(existsSync(data), false);
});

test("ytdlp rollback: says which version is used, also if another one is pinned, and is known as a person's doing", async (t) => {
  const { ytdlp, versions, causes } = await start(t);
  const rows = [
    { version: newer, state: "current", pinned: 0 },
    { version: older, state: "previous", pinned: 0 },
  ] as const;
  await versions(...rows);
  const aside = `${newer} is set aside, and is not fetched again by itself.\n`;
  assert.equal((await ytdlp("rollback")).stdout, `Back to ${older}. ${aside}`);
  assert.deepEqual(await causes(), { [newer]: "by_hand", [older]: "" });
  await versions(...rows, { version: oldest, state: "kept", pinned: 1 });
  const back = `Back to ${older} as soon as ${oldest} is unpinned: until dwld ytdlp unpin, that stays in use. ${aside}`;
  assert.equal((await ytdlp("rollback")).stdout, back);
  const { versions: listed } = JSON.parse((await ytdlp("list", "--json")).stdout) as {
    versions: { version: string; used: boolean }[];
  };
  assert.deepEqual(
    listed.filter(({ used }) => used).map(({ version }) => version),
    [oldest],
  );
  const nothing = await ytdlp("rollback");
  assert.deepEqual([nothing.status, nothing.stdout], [1, ""]);
  assert.match(nothing.stderr, /There is no version to go back to/);
});

test("ytdlp update: --now uses the version that is being tried, even if no newer one can be looked for", async (t) => {
  const update = { channel: "stable", mirror: "http://127.0.0.1:1" };
  const { ytdlp, versions } = await start(t, { worker: { ytdlp: { update } } });
  const current = { version: "2026.11.13", state: "current", pinned: 0 } as const;
  await versions(current, { version: newer, state: "candidate", pinned: 0 });
  const now = await ytdlp("update", "--now");
  assert.deepEqual([now.status, now.stdout], [0, `${newer} is used from now on.\n`]);
  const again = await ytdlp("update", "--now");
  assert.deepEqual([again.status, again.stdout], [1, ""]);
  assert.match(again.stderr, /127\.0\.0\.1:1 cannot be asked/);
});

test("ytdlp pin: what is no version, and a machine whose yt-dlp is the operator's, are messages", async (t) => {
  const { ytdlp } = await start(t);
  const wrong = await ytdlp("pin", "newest");
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /newest is no version of yt-dlp: it is named as its release/);
  assert.equal((await ytdlp("pin")).status, 2);
  assert.equal((await ytdlp("pin", newer, older)).status, 2);
  assert.equal((await ytdlp("pni")).status, 2);
  const operators = await start(t, { worker: { ytdlp: { command: ["yt-dlp"] } } });
  for (const words of [["list"], ["update"], ["pin", newer], ["unpin"], ["rollback"]]) {
    const { status, stderr } = await operators.ytdlp(...words);
    assert.equal(status, 1);
    assert.match(stderr, /worker\.ytdlp\.command or commands names the yt-dlp that is used/);
  }
});
