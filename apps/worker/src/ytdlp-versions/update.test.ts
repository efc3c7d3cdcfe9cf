import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { parseConfiguration } from "@dwld/daemon";
import { changeYtdlpVersions, openDatabase, ytdlpChecks, ytdlpVersions } from "@dwld/queue";
import { isThorough, type Lie, mountForTest, type ReleaseServer, startReleaseServer } from "@dwld/testbed";
import { execa } from "execa";
import { programEnvironment } from "../process/program-environment.ts";
import { ReleaseError } from "../releases/release-error.ts";
import { update } from "./update.ts";
import { rowOf } from "./version-states.ts";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import { openSelfTestRoom } from "../releases/self-test-room.ts";
import { updateParts } from "./update-parts.ts";

const environment = programEnvironment(process.env);
let server: ReleaseServer;
before(async () => {
  server = await startReleaseServer();
  await server.publish("2026.11.20");
});
after(async () => {
  await server[Symbol.asyncDispose]();
});

/** A host that uses the installed 2026.10.26. */
async function startHost(t: TestContext, data?: string) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-update-"));
  const section = `{ mirror: "${server.url}", keyFile: ${server.keyFile}, channel: stable }`;
  const text = `data: ${data ?? folder}\nworker: { ytdlp: { update: ${section} } }\n`;
  const configuration = parseConfiguration(text, { file: join(folder, "dwld.yaml") });
  const database = await openDatabase(configuration.database);
  t.after(async () => {
    server.lie(undefined);
    await database.close();
    await rm(folder, { recursive: true });
  });
  const configured = { choose: () => Promise.resolve({ version: "2026.10.26" } as Capabilities) };
  const parts = updateParts({
    configuration: () => configuration,
    database,
    host: "here",
    environment,
    configured,
    now: Date.now,
  });
  const { signal } = new AbortController();
  const lookForNewer = async (patienceMs = 60_000) =>
    await update({
      ...parts,
      signal,
      onStep: () => undefined,
      openRoom: async (proxy) => {
        const room = await openSelfTestRoom(configuration.worker, environment, { proxy, signal });
        return { ...room, confinement: { ...room.confinement, patienceMs } };
      },
    });
  return { folder, database, parts, update: lookForNewer, versions: parts.folder.root };
}

test("yt-dlp update: a newer release is verified, tried without the internet, and lies beside the present one as a candidate", async (t) => {
  const host = await startHost(t);
  assert.deepEqual(await host.update(), { result: "candidate", version: "2026.11.20" });
  const rows = await ytdlpVersions(host.database, "here");
  assert.equal(rowOf(rows, "current")?.version, "2026.10.26");
  assert.equal(rowOf(rows, "candidate")?.version, "2026.11.20");
  assert.deepEqual(await readdir(host.versions), ["2026.11.20"]);
  const [program] = host.parts.folder.commandOf("2026.11.20");
  assert.equal((await execa(program, ["--version"])).stdout, "2026.11.20");
  assert.ok((await readdir(join(host.versions, "2026.11.20", "yt_dlp", "__pycache__"))).length > 10, "it is compiled");
  assert.deepEqual(await host.update(), { result: "nothing_newer", version: "2026.11.20" });
  const [check] = await ytdlpChecks(host.database);
  assert.deepEqual([check?.newest, check?.problem], ["2026.11.20", ""]);
});

test("yt-dlp update: a version that nobody named any more, and whose folder is still there, is not fetched again", async (t) => {
  const host = await startHost(t);
  await host.update();
  const askedBefore = server.asked.length;
  await changeYtdlpVersions(host.database, "here", (rows) => rows.filter(({ state }) => state !== "candidate"));
  assert.deepEqual(await host.update(), { result: "candidate", version: "2026.11.20" });
  assert.deepEqual(server.asked.slice(askedBefore), ["latest"]);
});

test("yt-dlp update: of two workers of a host, one fetches the version, and the other is told so", async (t) => {
  const host = await startHost(t);
  const askedBefore = server.asked.length;
  const results = await Promise.all([host.update(), host.update()]);
  assert.deepEqual(results.map(({ result }) => result).toSorted(), ["busy", "candidate"]);
  assert.equal(server.asked.slice(askedBefore).filter((path) => path.endsWith("/yt-dlp")).length, 1);
  assert.deepEqual(await host.update(), { result: "nothing_newer", version: "2026.11.20" });
});

test("yt-dlp update: a disk that is full at any step says nothing against the version", async (t) => {
  const disk = await mountForTest(t, 8);
  if (disk === undefined) return;
  const host = await startHost(t, disk.path);
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
  const host = await startHost(t);
  await writeFile(join(host.folder, "yt-dlp"), "");
  await assert.rejects(host.update(), (error) => error instanceof ReleaseError && /EEXIST|ENOTDIR/.test(error.message));
  assert.match((await ytdlpChecks(host.database))[0]?.problem ?? "", /^a new version cannot be written: /);
});

/** Answers a path with these bytes. */
const answering =
  (ending: string, bytes: Buffer): Lie =>
  (path, response) => {
    if (!path.endsWith(ending)) return false;
    response.end(bytes);
    return true;
  };

const lies: readonly [what: string, lie: () => Lie | Promise<Lie>, said: RegExp][] = [
  [
    "sums of another program, rightly signed by nobody",
    () => answering("SHA2-256SUMS", Buffer.from(`${"1".repeat(64)}  yt-dlp\n`)),
    /^the signature of the release is not that of/,
  ],
  ["no signature", () => answering(".sig", Buffer.alloc(0)), /^the signature of the release is not that of/],
  [
    "the sum of another file",
    async () => {
      const sums = Buffer.from(`${"0".repeat(64)}  yt-dlp.exe\n`);
      const signature = await server.sign(sums);
      return (path, response, request) =>
        answering("SHA2-256SUMS", sums)(path, response, request) ||
        answering(".sig", signature)(path, response, request);
    },
    /^the sums of the release do not name yt-dlp$/,
  ],
  [
    "half of the program",
    async () => answering("/yt-dlp", (await server.file("2026.11.20", "yt-dlp")).subarray(0, 100_000)),
    /its SHA-256 differs$/,
  ],
  [
    "a connection that ends in the middle",
    () => (path, response) => {
      if (!path.endsWith("/yt-dlp")) return false;
      response.writeHead(200, { "Content-Length": 1_000_000 }).write(Buffer.alloc(10_000));
      setTimeout(() => response.destroy(), 10);
      return true;
    },
    /^127\.0\.0\.1:\d+ cannot be asked for .*\/yt-dlp: /,
  ],
  [
    "an endless answer",
    () => (path, response) => {
      if (!path.endsWith("SUMS")) return false;
      const chunk = Buffer.alloc(65_536);
      const pump = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", pump);
      pump();
      return true;
    },
    /sends more than 262144 bytes/,
  ],
  [
    "redirects in a circle",
    () => (path, response) => {
      if (!path.startsWith("download")) return false;
      response.writeHead(302, { Location: `/releases/${path}` }).end();
      return true;
    },
    /redirects more than 5 times$/,
  ],
  [
    "a redirect to another server",
    () => (path, response) => {
      if (!path.startsWith("download")) return false;
      response.writeHead(302, { Location: "http://127.0.0.2:9/x" }).end();
      return true;
    },
    /^the release server redirects to http:\/\/127\.0\.0\.2:9, which is not asked$/,
  ],
  [
    "a newest release that is none",
    () => (path, response) => {
      if (path !== "latest") return false;
      response.writeHead(302, { Location: "/releases/tag/..%2f..%2fetc" }).end();
      return true;
    },
    /names no version of yt-dlp$/,
  ],
  [
    "errors",
    () => (_, response) => {
      response.writeHead(503).end();
      return true;
    },
    /answers 503, and not with a redirect/,
  ],
  [
    "an old program under a new name",
    async () => {
      const files = {
        "/yt-dlp": await server.file("2026.11.20", "yt-dlp"),
        SUMS: await server.file("2026.11.20", "SHA2-256SUMS"),
        ".sig": await server.file("2026.11.20", "SHA2-256SUMS.sig"),
      };
      return (path, response, request) => {
        if (path === "latest") {
          response.writeHead(302, { Location: "/releases/tag/2026.11.21" }).end();
          return true;
        }
        return Object.entries(files).some(([ending, bytes]) => answering(ending, bytes)(path, response, request));
      };
    },
    /^the release 2026\.11\.21 has the program of 2026\.11\.20$/,
  ],
];

test("yt-dlp update: a release server that lies changes nothing, and what is wrong is on record", async (t) => {
  const host = await startHost(t);
  for (const [what, lie, said] of lies)
    await t.test(what, async () => {
      server.lie(await lie());
      await assert.rejects(host.update(), (error) => error instanceof ReleaseError && said.test(error.message));
      const [check] = await ytdlpChecks(host.database);
      assert.match(check?.problem ?? "", said);
      assert.deepEqual(
        (await ytdlpVersions(host.database)).map(({ version, state }) => [version, state]),
        [["2026.10.26", "current"]],
      );
      assert.deepEqual(await readdir(host.versions), []);
    });
});

test("yt-dlp update: an older release that is offered as the newest is left", async (t) => {
  const host = await startHost(t);
  server.lie((path, response) => {
    if (path !== "latest") return false;
    response.writeHead(302, { Location: "/releases/tag/2025.01.15" }).end();
    return true;
  });
  assert.deepEqual(await host.update(), { result: "nothing_newer", version: "2025.01.15" });
  assert.deepEqual(await readdir(host.versions), []);
});

const unfit: readonly [what: string, additions: Record<string, string>, reason: RegExp][] = [
  ["a path that leads outside", { "../outside": "x" }, /a file that is not unpacked: '\.\.\/outside'/],
  ["a symbolic link", { "link:yt_dlp/link": "/etc/passwd" }, /a file that is not unpacked: 'yt_dlp\/link'/],
  ["an import that hangs", { "yt_dlp/__init__.py": "\nimport time\ntime.sleep(999)\n" }, /did not end within 15 s/],
  [
    "an import that fails",
    { "yt_dlp/extractor/generic.py": "\nraise ImportError('no')\n" },
    /cannot be imported: ImportError: no/,
  ],
];

test(
  "yt-dlp update: a release that is rightly signed and unfit is set aside, and says why",
  { skip: !isThorough },
  async (t) => {
    const host = await startHost(t);
    for (const [index, [what, additions, reason]] of unfit.entries())
      await t.test(what, async () => {
        const version = `2026.12.0${index + 1}`;
        await server.publish(version, additions);
        assert.deepEqual(await host.update(15_000), { result: "set_aside", version });
        const row = (await ytdlpVersions(host.database)).find((one) => one.version === version);
        assert.match(row?.reason ?? "", reason);
        assert.deepEqual(await readdir(host.versions), []);
      });
  },
);
