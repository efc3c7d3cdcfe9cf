import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFile, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createDatabase, dwldCommand as dwld, eventually } from "@dwld/testbed";
import { changeYtdlpVersions, openDatabase } from "@dwld/queue";
import { execa } from "execa";

const nobody = 65_534;
const version = "2026.11.20";
const skip = whyNotAsOther();

function whyNotAsOther(): string | false {
  if (process.geteuid?.() !== 0) return "only root can become another user";
  const { status } = spawnSync(dwld, ["--version"], { uid: nobody, gid: nobody });
  return status !== 0 && "no other user can run this checkout";
}

/** A data folder of another user, whose version of yt-dlp notes as whom and in which session it is run. */
async function start(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-owner-"));
  t.after(async () => await rm(folder, { recursive: true }));
  const [data, config, runs] = ["data", "dwld.yaml", "data/runs"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const program = join(data, "yt-dlp/versions", version, "yt-dlp");
  await mkdir(join(program, ".."), { recursive: true });
  const note = `echo "$(id -u) $(id -G) $(ps -o sid= -p $$)" >> ${runs}`;
  await writeFile(program, `#!/bin/sh\n${note}\nexit 1\n`, { mode: 0o755 });
  await writeFile(config, `data: ${data}\ndatabase: { path: data/dwld.sqlite }\nhost: here\n`);
  const database = await openDatabase({ path: join(data, "dwld.sqlite") });
  const row = { host: "here", version, origin: "stable", pinned: 0, since: Date.now(), reason: "" };
  await changeYtdlpVersions(database, "here", () => [{ ...row, state: "current", cause: "" }]);
  await database.close();
  await execa("chown", ["-R", `${nobody}:${nobody}`, data]);
  await execa("chmod", ["755", folder]);
  const run = async (...words: string[]) => await execa(dwld, [...words, "--config", config], { reject: false });
  const seen = async () => (await readFile(runs, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  return { folder, data, run, seen };
}

test(
  "as owner: root's doctor and dwld ytdlp, which it asks, run a yt-dlp that another user can change as that user, out of root's session",
  { skip },
  async (t) => {
    const { run, seen } = await start(t);
    const own = (await execa("ps", ["-o", "sid=", "-p", String(process.pid)])).stdout.trim();
    // The doctor asks `dwld ytdlp`. The program does no more than to note how it is run.
    const doctor = await run("doctor", "ytdlp", "--json");
    assert.match(doctor.stdout, /"subject":"yt-dlp","level":"failure","message":"2026\.11\.20: /, doctor.stderr);
    const all = await seen();
    assert.ok(all.length > 0);
    for (const line of all) {
      assert.match(line, /^65534 65534 /);
      assert.notEqual(line.split(" ").at(-1), own);
    }
  },
);

test(
  "as owner: root's commands about versions write as the owner of the data, and follow no link of that user as root",
  { skip },
  async (t) => {
    const { folder, data, run } = await start(t);
    const target = join(folder, "roots-own");
    await symlink(target, join(data, "yt-dlp", "lock"));
    const pinned = await run("ytdlp", "pin", version);
    assert.equal(pinned.exitCode, 1, pinned.stdout);
    assert.match(pinned.stderr, /cannot be locked: .*Permission denied/);
    await assert.rejects(lstat(target), { code: "ENOENT" });
    await rm(join(data, "yt-dlp", "lock"));
    const again = await run("ytdlp", "pin", version);
    assert.equal(
      again.stdout,
      `${version} is pinned: it is used until dwld ytdlp unpin, and no other is tried.`,
      again.stderr,
    );
    const names = await readdir(data, { recursive: true });
    assert.ok(names.includes("yt-dlp/lock"));
    for (const name of names) assert.equal((await lstat(join(data, name))).uid, nobody, name);
  },
);

test("as owner: a signal to the command ends what it runs", { skip }, async (t) => {
  const { data, folder } = await start(t);
  const [waiting, told] = [join(data, "yt-dlp/versions", version, "yt-dlp"), join(data, "told")];
  await writeFile(waiting, `#!/bin/sh\necho $$ $PPID > ${told}.new; mv ${told}.new ${told}\nexec sleep 600\n`);
  const command = execa(dwld, ["ytdlp", "--config", join(folder, "dwld.yaml")], { reject: false });
  const text = await eventually("its yt-dlp runs", async () => await readFile(told, "utf8").catch(() => undefined), {
    deadlineMs: 60_000,
  });
  command.kill("SIGTERM");
  const { exitCode } = await command;
  assert.equal(exitCode, 143);
  for (const pid of text.trim().split(" ")) {
    const isAway = async () => (await execa("kill", ["-0", pid], { reject: false })).exitCode !== 0;
    await eventually(`${pid} has ended`, isAway);
  }
});

test(
  "as owner: the password of a table on a server, which root alone can read, is handed over",
  { skip },
  async (t) => {
    const { folder, data } = await start(t);
    const server = await createDatabase();
    t.after(async () => await server.drop());
    // As a unit of root's would have it: nothing is written to /etc here.
    const credentials = join(folder, "credentials");
    await mkdir(credentials, { mode: 0o700 });
    await copyFile(server.location.passwordFile, join(credentials, "database_password"));
    const config = join(folder, "server.yaml");
    const database = { url: server.location.url, passwordFile: "/etc/dwld/secrets/database/password" };
    await writeFile(config, JSON.stringify({ data, database }));
    const env = { CREDENTIALS_DIRECTORY: credentials };
    const { stdout, stderr } = await execa(dwld, ["ytdlp", "list", "--config", config], { env, reject: false });
    assert.match(stdout, /^No version was fetched yet/, stderr);
  },
);
