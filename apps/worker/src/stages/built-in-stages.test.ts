import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { emptyStage, ownKeys, parseConfiguration, type StageSettings } from "@dwld/daemon";
import { defaultOptions } from "@dwld/options";
import { isThorough, makeProgramAnswersFolder, type SampleSite, startSampleSite } from "@dwld/testbed";
import { noWalls } from "../process/walls.ts";
import { followProgram, type ProcessLine } from "../process/follow.ts";
import { downloadArguments } from "../ytdlp/arguments.ts";
import { optionNames } from "../ytdlp/stage-arguments.ts";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import { openProgramAnswers } from "../process/program-answers.ts";
import { programEnvironment } from "../process/program-environment.ts";
import { createLoadedYtdlps } from "../ytdlp/fork-server/loaded-ytdlps.ts";
import { rememberCapabilities } from "../ytdlp/remembered-capabilities.ts";
import { createYtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import { leftOutStages } from "./available-stages.ts";

/** Every key that becomes an argument of yt-dlp, except `impersonate`, which needs what is not installed here. */
const full: Required<Omit<StageSettings, "needs" | "proxy" | "ytdlp" | "impersonate">> = {
  format: "bv*+ba/b",
  sort: "codec",
  container: "mkv",
  cookies: "cookies",
  extractorArgs: ["youtube:skip=dash", "youtube:lang=de", "generic:fragment_query=a=b"],
  client: "default,-ios",
  userAgent: "Mozilla/5.0 (test)",
  ipVersion: 4,
  rateLimitKilobytesPerSecond: 50_000,
  throttledRateKilobytesPerSecond: 0.5,
  sleepRequestsSeconds: 0.01,
  concurrentFragments: 3,
  downloader: "native",
  embed: ["metadata", "chapters", "subtitles"],
  arguments: ["--retries", "5", "--retry-sleep=fragment:exp=1:30", "--write-description", "--xff=DE"],
};

const { stages: builtIn } = parseConfiguration("", { file: "/etc/dwld/dwld.yaml" });
const stages: Readonly<Record<string, StageSettings>> = {
  ...builtIn,
  full,
  ffmpeg: { ...emptyStage, downloader: "ffmpeg" },
};
const environment = programEnvironment(process.env);
const fail = (error: unknown) => assert.fail(String(error));
const ytdlps = createYtdlpCommands(
  { newest: ["yt-dlp"], debian: ["yt-dlp-debian"] },
  {
    environment,
    now: Date.now,
    onUnusable: (_, error) => assert.fail(error),
    onError: fail,
    remembered: rememberCapabilities(openProgramAnswers(makeProgramAnswersFolder(), fail), environment),
  },
);
const logger = { info: () => undefined, warn: (_: object, message: string) => assert.fail(message) };
const loaded = createLoadedYtdlps({
  keepLoaded: true,
  loadsAtOnce: true,
  patienceMs: 60_000,
  environment,
  walls: noWalls,
  logger,
});
const never = new AbortController().signal;
let folder = "";
let site: SampleSite;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-stages-"));
  site = await startSampleSite({ videos: [{ name: "plain" }, { name: "stream", format: "hls", heights: [90] }] });
});
after(async () => {
  await loaded.close();
  await site.close();
  await rm(folder, { recursive: true });
});

/** A link of YouTube, where the client is named. */
const request = { link: "https://www.youtube.com/watch?v=1", targetQuality: 0, options: defaultOptions };

/** Runs a stage's arguments for a link of YouTube, where the client is named, on a link of the sample site. */
async function run(capabilities: Capabilities, name: string, stage: StageSettings, link: string) {
  const root = await mkdtemp(join(folder, `${name}-`));
  const cookies = join(root, "cookies.txt");
  const folders = { home: join(root, "home"), temp: join(root, "temp"), cache: join(root, "cache"), cookies };
  await Promise.all([folders.home, folders.temp].map((path) => mkdir(path)));
  await writeFile(cookies, "# Netscape HTTP Cookie File\n\n127.0.0.1\tFALSE\t/\tFALSE\t0\tkey\tvalue\n");
  const args = downloadArguments(request, { ytdlp: capabilities, stage, folders, marker: "marker" });
  const env = { ...environment, HOME: root, LANG: "C.UTF-8" };
  const program = await loaded.start(capabilities, { arguments: [...args.slice(0, -1), link], cwd: root, env }, never);
  const lines: string[] = [];
  const onLine = ({ from, text }: ProcessLine) => from === "stderr" && lines.push(text);
  const { exitCode } = await followProgram(program, { signal: never, onLine });
  return {
    exitCode,
    stderr: lines.join("\n"),
    files: await readdir(folders.home),
    cookies: await readFile(cookies, "utf8"),
  };
}

test("stages: each key alone gives yt-dlp its option", () => {
  const each = { ...full, impersonate: "chrome" };
  // The proxy goes by the environment, and the user agent as a header.
  const { proxy: _, ...own } = ownKeys;
  const optionsOf: Readonly<Record<keyof typeof each, string>> = {
    ...own,
    userAgent: "--add-headers",
    client: "--extractor-args",
    arguments: "--write-description",
  };
  const folders = { home: "/home", temp: "/temp", cache: "/cache", cookies: "/cookies" };
  const ytdlp = { options: new Set<string>(), challengeSolver: false };
  const argumentsOf = (stage: StageSettings) => downloadArguments(request, { ytdlp, stage, folders, marker: "marker" });
  const bare = new Set(argumentsOf(emptyStage));
  const values = new Map(Object.entries(each));
  for (const [key, options] of Object.entries(optionsOf)) {
    const added = argumentsOf({ ...emptyStage, [key]: values.get(key) }).filter((argument) => !bare.has(argument));
    assert.ok(
      optionNames(added).some((name) => options.split(" ").includes(name)),
      `${key} gives ${JSON.stringify(added)}, without ${options}`,
    );
  }
});

/** For Debian's version, the two stages with the most arguments stand for the others. */
const isTried = (version: string, name: string) =>
  stages[name]?.impersonate === undefined && (version === "newest" || isThorough || !(name in builtIn));

for (const version of ["newest", "debian"]) {
  for (const [name, stage] of Object.entries(stages).filter(([one]) => isTried(version, one)))
    test(`built-in stages: ${version} yt-dlp downloads with ${name}`, async () => {
      const link = name === "full" || name === "ffmpeg" ? site.mediaLink("stream") : site.mediaLink("plain");
      const { exitCode, stderr, files, cookies } = await run(await ytdlps.choose(version), name, stage, link);
      assert.equal(exitCode, 0, stderr);
      assert.ok(
        files.some((file) => file.endsWith(name === "full" ? ".mkv" : ".mp4")),
        files.join(),
      );
      assert.match(cookies, /\tkey\tvalue/);
      if (name === "full") assert.ok(site.requests.some(({ userAgent }) => userAgent === "Mozilla/5.0 (test)"));
    });

  test(`built-in stages: ${version} yt-dlp knows every option, and stages that it cannot run are left out`, async () => {
    const capabilities = await ytdlps.choose(version);
    const facts = {
      missingCookies: new Map(),
      cookieFiles: new Map(),
      ytdlp: () => capabilities,
      programs: new Set(["ffmpeg"]),
      hasIpv6: true,
    };
    const leftOut = leftOutStages(stages, facts);
    assert.deepEqual(
      leftOut.map(({ stage }) => stage),
      ["browser", "proxy"],
    );
    assert.match(leftOut[0]?.reason ?? "", /cannot imitate browsers: dwld ytdlp says/);
    const refused = await run(capabilities, "browser", stages["browser"] ?? emptyStage, site.mediaLink("plain"));
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /Impersonate target "chrome" is not available/);
  });
}
