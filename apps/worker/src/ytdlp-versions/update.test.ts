import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { changeYtdlpVersions, ytdlpChecks, ytdlpVersions } from "@dwld/queue";
import { isThorough, mountForTest, type ReleaseServer, startReleaseServer } from "@dwld/testbed";
import { execa } from "execa";
import { ReleaseError } from "../releases/release-error.ts";
import { startUpdateHost } from "./testing/update-host.ts";
import { rowOf } from "./version-states.ts";

let server: ReleaseServer;
before(async () => {
  server = await startReleaseServer();
  await server.publish("2026.11.20");
});
after(async () => {
  await server[Symbol.asyncDispose]();
});

// One update serves these tests: it compiles, imports and tries a whole yt-dlp.
describe("yt-dlp update", { concurrency: 1 }, () => {
  let host: Awaited<ReturnType<typeof startUpdateHost>>;
  let release = () => Promise.resolve();
  before(async () => {
    host = await startUpdateHost({ after: (end) => (release = end) }, server);
  });
  after(() => release());

  test("yt-dlp update: a machine that is too slow, or has no memory, says nothing against the version, which the next look tries", async () => {
    const steps = [
      [{ patienceMs: 1 }, /^this machine was too slow: it cannot be unpacked: it did not end within/],
      [{ memoryBytes: 8 * 1024 ** 2 }, /^it had not enough memory: /],
    ] as const;
    for (const [confined, said] of steps) {
      await assert.rejects(host.look(confined), (error) => error instanceof ReleaseError && said.test(error.message));
      assert.match((await ytdlpChecks(host.database))[0]?.problem ?? "", said);
      assert.deepEqual(await readdir(host.versions), []);
    }
    // The next look is that of two workers.
  });

  test("yt-dlp update: of two workers of a host, one fetches the version, and the other is told so", async () => {
    const askedBefore = server.asked.length;
    const results = await Promise.all([host.update(), host.update()]);
    assert.deepEqual(results.map(({ result }) => result).toSorted(), ["busy", "candidate"]);
    assert.equal(server.asked.slice(askedBefore).filter((path) => path.endsWith("/yt-dlp")).length, 1);
    assert.deepEqual(await host.update(), { result: "nothing_newer", version: "2026.11.20" });
  });

  test("yt-dlp update: a newer release is verified, tried without the internet, and lies beside the present one as a candidate", async () => {
    const rows = await ytdlpVersions(host.database, "here");
    assert.equal(rowOf(rows, "current")?.version, "2026.10.26");
    assert.equal(rowOf(rows, "candidate")?.version, "2026.11.20");
    assert.deepEqual(await readdir(host.versions), ["2026.11.20"]);
    const [program] = host.parts.folder.commandOf("2026.11.20");
    assert.equal((await execa(program, ["--version"])).stdout, "2026.11.20");
    assert.ok(
      (await readdir(join(host.versions, "2026.11.20", "yt_dlp", "__pycache__"))).length > 10,
      "it is compiled",
    );
    const [check] = await ytdlpChecks(host.database);
    assert.deepEqual([check?.newest, check?.problem], ["2026.11.20", ""]);
  });

  test("yt-dlp update: a version that nobody named any more, and whose folder is still there, is not fetched again", async () => {
    const askedBefore = server.asked.length;
    await changeYtdlpVersions(host.database, "here", (rows) => rows.filter(({ state }) => state !== "candidate"));
    assert.deepEqual(await host.update(), { result: "candidate", version: "2026.11.20" });
    assert.deepEqual(server.asked.slice(askedBefore), ["latest"]);
  });
});

test("yt-dlp update: a disk that is full at any step says nothing against the version", async (t) => {
  const disk = await mountForTest(t, 8);
  if (disk === undefined) return;
  const host = await startUpdateHost(t, server, { data: disk.path });
  const steps = [
    [8, /^a new version cannot be written: ENOSPC/],
    [16, /^the disk is full: it cannot be unpacked: .*No space left on device/],
    [24, /^the disk is full: it does not compile/],
  ] as const;
  for (const [mebibytes, said] of steps) {
    await disk.resize(mebibytes);
    await assert.rejects(host.update(), (error) => error instanceof ReleaseError && said.test(error.message));
    assert.match((await ytdlpChecks(host.database))[0]?.problem ?? "", said);
    assert.deepEqual(await readdir(host.versions), []);
  }
  assert.deepEqual(
    (await ytdlpVersions(host.database)).map(({ version, state }) => [version, state]),
    [["2026.10.26", "current"]],
  );
});

test("yt-dlp update: a folder that cannot be written is a message, and on record", async (t) => {
  const host = await startUpdateHost(t, server);
  await writeFile(join(host.folder, "yt-dlp"), "");
  await assert.rejects(host.update(), (error) => error instanceof ReleaseError && /EEXIST|ENOTDIR/.test(error.message));
  assert.match((await ytdlpChecks(host.database))[0]?.problem ?? "", /^a new version cannot be written: /);
});

test("yt-dlp update: an unfit version that a stage names is fetched once, set aside and told, and again if a person asks", async (t) => {
  const named = "2025.12.01";
  await server.publish(named, { "../outside": "x" });
  const host = await startUpdateHost(t, server, { stages: `{ old: { ytdlp: "${named}" } }` });
  const fetches = () => server.asked.filter((path) => path === `download/${named}/yt-dlp`).length;
  const [looked, again] = [await host.look(), await host.look()];
  assert.deepEqual([looked.refused.map(({ version }) => version), again.refused], [[named], []]);
  assert.equal(fetches(), 1);
  const row = (await ytdlpVersions(host.database)).find(({ version }) => version === named);
  assert.deepEqual([row?.state, row?.cause], ["set_aside", "self_test"]);
  assert.match(row?.reason ?? "", /a file that is not unpacked/);
  assert.equal((await ytdlpChecks(host.database))[0]?.problem, "", "the look itself had no problem");
  assert.equal((await host.look({ isAsked: true })).refused[0]?.version, named);
  assert.equal(fetches(), 2);
});

const unfit: readonly [what: string, additions: Record<string, string>, reason: RegExp][] = [
  ["a path that leads outside", { "../outside": "x" }, /a file that is not unpacked: '\.\.\/outside'/],
  ["a symbolic link", { "link:yt_dlp/link": "/etc/passwd" }, /a file that is not unpacked: 'yt_dlp\/link'/],
  [
    "an import that fails",
    { "yt_dlp/extractor/generic.py": "\nraise ImportError('no')\n" },
    /cannot be imported: ImportError: no/,
  ],
  [
    "a command that writes where it may not",
    { "yt_dlp/__init__.py": "\nimport sys\nif '--help' in sys.argv: open('/tmp/dwld-outside', 'w')\n" },
    /cannot say what it can do: PermissionError/,
  ],
];

test(
  "yt-dlp update: a release that is rightly signed and unfit is set aside, and says why",
  { skip: !isThorough },
  async (t) => {
    const host = await startUpdateHost(t, server);
    for (const [index, [what, additions, reason]] of unfit.entries())
      await t.test(what, async () => {
        const version = `2026.12.0${index + 1}`;
        await server.publish(version, additions);
        assert.deepEqual(await host.update(), { result: "set_aside", version });
        const row = (await ytdlpVersions(host.database)).find((one) => one.version === version);
        assert.match(row?.reason ?? "", reason);
        assert.deepEqual(await readdir(host.versions), []);
      });
  },
);
