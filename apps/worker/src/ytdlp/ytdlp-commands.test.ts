import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type YtdlpCommands, createYtdlpCommands } from "./ytdlp-commands.ts";
import { openProgramAnswers } from "../process/program-answers.ts";
import { type RememberedCapabilities, rememberCapabilities } from "./remembered-capabilities.ts";
import { readVersionLine, YtdlpUnavailableError } from "./capabilities.ts";
import { programEnvironment } from "../process/program-environment.ts";

const environment = programEnvironment(process.env);
let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-ytdlp-"));
});
after(async () => {
  await rm(folder, { recursive: true });
});

/** Makes a program that answers like yt-dlp and records its calls. */
async function script(name: string, version: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(
    path,
    `#!/bin/sh\necho "$@" >> ${path}.log\ncase "$*" in *--version*) cat ${path}.version;; *--help*) echo "  --known --plugin-dirs --list-impersonate-targets";; *--verbose*) echo '[dwld] files: ["${folder}/site-packages"]' >&2;; esac\n`,
  );
  await writeFile(`${path}.version`, `${version}\n`);
  await chmod(path, 0o755);
  return path;
}

async function asked(path: string, option: string): Promise<number> {
  const log = await readFile(`${path}.log`, "utf8");
  return log.split("\n").filter((line) => line.includes(option)).length;
}

const fail = (error: unknown) => assert.fail(String(error));

type Told = { name: string; message: string }[];

function create(
  commands: Record<string, string[]>,
  now = () => 0,
  remembered?: RememberedCapabilities,
): { ytdlps: YtdlpCommands; told: Told } {
  const told: Told = [];
  const onUnusable = (name: string, { message }: Error) => told.push({ name, message });
  const options = { environment, now, onUnusable, onError: fail, ...(remembered === undefined ? {} : { remembered }) };
  return { ytdlps: createYtdlpCommands(commands, options), told };
}

test("yt-dlp commands: both installed versions tell their abilities; only the newer one has a JavaScript runtime, ours", async () => {
  const commands = { newest: ["yt-dlp"], debian: ["yt-dlp-debian"] };
  const remembered = rememberCapabilities(openProgramAnswers(join(folder, "real"), fail), environment);
  const { ytdlps } = create(commands, undefined, remembered);
  const newest = await ytdlps.choose("newest");
  const debian = await ytdlps.choose("debian");
  assert.deepEqual([newest.version, debian.version], ["2026.10.26", "2025.04.30"]);
  for (const { options, impersonates, fetchesThumbnails } of [newest, debian]) {
    assert(fetchesThumbnails);
    for (const option of ["--no-plugin-dirs", "--abort-on-unavailable-fragments", "--add-headers"])
      assert.ok(options.has(option), option);
    assert.deepEqual(impersonates, [], "curl_cffi is not installed");
  }
  assert.equal(newest.javaScript, `node-${process.versions.node}`);
  assert.equal(debian.javaScript, undefined);
  assert.match(debian.variant, /debian/);
  for (const said of [newest, debian]) {
    const { capabilities, files } = (await remembered.recall(said))?.asked ?? assert.fail("it is not remembered");
    assert.deepEqual(capabilities, said);
    for (const file of [/\/python3$/, /\/yt_dlp\/version\.py$/, /\/dist-packages$/])
      assert.ok(
        files?.some((path) => file.test(path)),
        String(file),
      );
  }
});

test("yt-dlp commands: the first that works is used, and one that does not is reported once", async () => {
  const works = [await script("works", "2026.01.01")];
  const { ytdlps, told } = create({ absent: ["no-such-yt-dlp"], broken: ["false"], works });
  for (let times = 0; times < 3; times += 1) assert.equal((await ytdlps.choose()).name, "works");
  assert.deepEqual(
    told.map(({ name }) => name),
    ["absent", "broken"],
  );
  await assert.rejects(ytdlps.choose("broken"), YtdlpUnavailableError);
  await assert.rejects(ytdlps.choose("other"), /There is no yt-dlp "other"/);
});

test("yt-dlp commands: if none works, each is named with its reason", async () => {
  const { ytdlps } = create({ one: ["no-such-one"], two: ["no-such-two"] });
  await assert.rejects(ytdlps.choose(), /no-such-one.*no-such-two/s);
});

test("yt-dlp commands: concurrent and repeated callers share one answer", async () => {
  const path = await script("once", "2026.01.01");
  const { ytdlps } = create({ default: [path] });
  await Promise.all(Array.from({ length: 5 }, () => ytdlps.choose()));
  await ytdlps.choose("default");
  assert.equal(await asked(path, "--help"), 1);
  assert.equal(await asked(path, "--version"), 1);
});

test("yt-dlp commands: a replaced program is asked again", async () => {
  const path = await script("replaced", "2026.01.01");
  const { ytdlps } = create({ default: [path] });
  assert.equal((await ytdlps.choose()).version, "2026.01.01");
  await writeFile(`${path}.version`, "2026.02.02\n");
  assert.equal((await ytdlps.choose()).version, "2026.01.01");
  await utimes(path, new Date(), new Date(Date.now() + 5000));
  assert.equal((await ytdlps.choose()).version, "2026.02.02");
});

test("yt-dlp commands: a changed file among the arguments counts as a replaced program", async () => {
  const path = await script("argument", "2026.01.01");
  const { ytdlps } = create({ default: ["sh", path] });
  assert.equal((await ytdlps.choose()).version, "2026.01.01");
  await writeFile(`${path}.version`, "2026.02.02\n");
  await utimes(path, new Date(), new Date(Date.now() + 5000));
  assert.equal((await ytdlps.choose()).version, "2026.02.02");
});

test("yt-dlp commands: the version is asked again after an hour, in the background", async () => {
  const path = await script("wrapper", "2026.01.01");
  let nowMs = 0;
  const { ytdlps } = create({ default: [path] }, () => nowMs);
  await ytdlps.choose();
  nowMs = 61 * 60_000;
  await writeFile(`${path}.version`, "2026.02.02\n");
  assert.equal((await ytdlps.choose()).version, "2026.01.01");
  let { version } = await ytdlps.choose();
  while (version === "2026.01.01") ({ version } = await ytdlps.choose());
  assert.equal(version, "2026.02.02");
});

test("yt-dlp commands: what one said is remembered for the next start, for an hour and while its files are as they were", async () => {
  const path = await script("remembered", "2026.01.01");
  const answers = openProgramAnswers(join(folder, "programs"), fail);
  const start = async (nowMs: number) => {
    const remembered = rememberCapabilities(answers, environment);
    const capabilities = await create({ default: [path] }, () => nowMs, remembered).ytdlps.choose();
    return { capabilities, times: await asked(path, "--help") };
  };
  const first = await start(0);
  assert.deepEqual(await start(1), first);
  assert.equal((await start(3_600_000)).times, 2, "an hour later");
  assert.equal((await start(3_600_001)).times, 2);
  await writeFile(join(folder, "site-packages"), "changed");
  assert.equal((await start(3_600_002)).times, 3, "a folder of its modules changed");
  await utimes(path, 1, 1);
  assert.equal((await start(3_600_003)).times, 4, "the program changed");
});

test("yt-dlp commands: one that tells no files is asked at each start", async () => {
  const path = await script("silent", "2026.01.01");
  await writeFile(path, (await readFile(path, "utf8")).replaceAll("[dwld]", "[other]"));
  const answers = openProgramAnswers(join(folder, "silent-programs"), fail);
  const remembered = rememberCapabilities(answers, environment);
  for (const times of [1, 2]) {
    await create({ default: [path] }, () => 0, remembered).ytdlps.choose();
    assert.equal(await asked(path, "--help"), times);
  }
});

test("yt-dlp commands: one that did not work is asked again when its file changes, else after a minute", async () => {
  const path = join(folder, "late");
  let nowMs = 0;
  const { ytdlps } = create({ default: [path] }, () => nowMs);
  await assert.rejects(ytdlps.choose(), YtdlpUnavailableError);
  await script("late", "2026.01.01");
  await rm(`${path}.version`);
  await assert.rejects(ytdlps.choose(), YtdlpUnavailableError);
  await writeFile(`${path}.version`, "2026.01.01\n");
  await assert.rejects(ytdlps.choose(), YtdlpUnavailableError);
  assert.equal(await asked(path, "--version"), 1);
  nowMs = 60_001;
  assert.equal((await ytdlps.choose()).version, "2026.01.01");
});

test("yt-dlp commands: a yt-dlp that dwld's plugins do not fit is not used, and says why", async () => {
  const old = await script("old", "2023.01.01");
  await writeFile(old, '#!/bin/sh\ncase "$*" in *--version*) echo 2023.01.01;; *) echo --known;; esac\n');
  // The newest version, if it downloaded in another way.
  const rebuilt = join(folder, "rebuilt");
  const tree = join(import.meta.dirname, "../../../../.tools/yt-dlp/usr/lib/python3/dist-packages");
  const lines = ["from yt_dlp.downloader.external import ExternalFD", "del ExternalFD._configuration_args"];
  const head = ["#!/usr/bin/python3", "import sys", `sys.path.insert(0, ${JSON.stringify(tree)})`];
  const tail = ["from yt_dlp import main", "main()", ""];
  await writeFile(rebuilt, [...head, ...lines, ...tail].join("\n"), { mode: 0o755 });
  const other = join(folder, "other");
  const otherLines = ["import yt_dlp.postprocessor.common as common", "del common.PostProcessor"];
  await writeFile(other, [...head, ...otherLines, ...tail].join("\n"), { mode: 0o755 });
  const { ytdlps, told } = create({
    old: [old],
    rebuilt: [rebuilt],
    fits: [await script("fits", "2026.01.01")],
    other: [other],
  });
  assert.equal((await ytdlps.choose("other")).fetchesThumbnails, false, "no plugin that must fit");
  assert.equal((await ytdlps.choose()).name, "fits");
  assert.deepEqual(
    told.map(({ name }) => name),
    ["old", "rebuilt"],
  );
  assert.match(told[0]?.message ?? "", /too old: it does not know --plugin-dirs/);
  assert.match(told[1]?.message ?? "", /cannot keep this yt-dlp to its proxy.*_configuration_args/);
});

for (const [what, line, version] of [
  ["Debian's", "[debug] yt-dlp version stable@2026.10.26 from yt-dlp/yt-dlp [c91f8de0b] (debian*)", "2026.10.26"],
  [
    "a nightly build",
    "[debug] yt-dlp version nightly@2026.11.01.232815 from yt-dlp/x [c91f8de0b] (pip)",
    "2026.11.01.232815",
  ],
  ["a fork's build", "[debug] yt-dlp version someone/fork@tag build 2026.10.26 [c91f8de0b]", "2026.10.26"],
  ["one that tells nothing", "[debug] Python 3.13.5", undefined],
] as const)
  test(`yt-dlp version: read from ${what}`, () => {
    assert.equal(readVersionLine(`[debug] Command-line config: []\n${line}\n`), version);
  });
