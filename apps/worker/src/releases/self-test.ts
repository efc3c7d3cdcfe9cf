import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyStage } from "@dwld/daemon";
import { layout } from "@dwld/layout";
import { defaultOptions } from "@dwld/options";
import type { Command } from "../egress/network-namespace.ts";
import { downloadArguments } from "../ytdlp/arguments.ts";
import { type AskYtdlp, type Capabilities, readCapabilities, YtdlpUnavailableError } from "../ytdlp/capabilities.ts";
import type { YtdlpEvent } from "../ytdlp/events.ts";
import type { RunYtdlp } from "../ytdlp/run-ytdlp.ts";
import { type Confinement, python, runConfined } from "./confined-program.ts";
import { UnfitVersionError } from "./release-error.ts";
import type { SelfTestSite } from "./self-test-site.ts";

/** Runs inside walls that lead to the site of a self-test alone. */
export type SelfTestRoom = AsyncDisposable & { readonly confinement: Confinement; readonly runYtdlp: RunYtdlp };

export type SelfTestParts = {
  readonly site: SelfTestSite;
  readonly room: SelfTestRoom;
};

/** A yt-dlp has some 1,750. */
const leastExtractors = 500;
/** So many of a hundred links of the extractors' own tests may be matched by none. */
const mostWrongPercent = 2;

/**
 * Tries a version without the internet, in the sandbox that real runs have: its extractors are imported and match their own links, it
 * says what it can do, and it downloads a page of this process.
 *
 * @throws UnfitVersionError
 */
export async function selfTest(version: string, folder: string, { site, room }: SelfTestParts): Promise<void> {
  const { confinement, runYtdlp } = room;
  await matchLinks(version, folder, confinement);
  const capabilities = await askCapabilities(version, folder, confinement);
  await download(capabilities, runYtdlp, site, confinement);
}

type Matched = { version: string; extractors: number; links: number; wrong: number; first: string[] };

async function matchLinks(version: string, folder: string, confinement: Confinement): Promise<void> {
  const { stdout, failure } = await runConfined(confinement, {
    command: [python, join(layout.ytdlpReleases, "match_links.py"), folder],
    grant: { read: [layout.ytdlpReleases, folder], write: [] },
    cwd: folder,
  });
  if (failure !== undefined)
    throw new UnfitVersionError(`its extractors cannot be imported: ${failure.clause}`, failure.run);
  const matched = JSON.parse(stdout) as Matched;
  if (matched.version !== version) throw new UnfitVersionError(`it says that it is ${matched.version}`);
  if (matched.extractors < leastExtractors)
    throw new UnfitVersionError(`it has no more than ${matched.extractors} extractors`);
  if (matched.wrong * 100 > matched.links * mostWrongPercent)
    throw new UnfitVersionError(
      `${matched.wrong} of ${matched.links} links of its own tests are matched by none, such as those of ${matched.first.join(", ")}`,
    );
}

async function askCapabilities(version: string, folder: string, confinement: Confinement): Promise<Capabilities> {
  const program = join(folder, "yt-dlp");
  const ask: AskYtdlp = async (options) => {
    const command: Command = [program, "--ignore-config", ...options];
    const grant = { read: [folder, layout.ytdlpAskingPlugins], write: [] };
    const { failure, ...said } = await runConfined(confinement, { command, grant, cwd: folder });
    if (failure === undefined) return said;
    throw new UnfitVersionError(`it cannot say what it can do: ${failure.clause}`, failure.run);
  };
  try {
    return (await readCapabilities({ name: version, command: [program] }, ask)).capabilities;
  } catch (error) {
    if (error instanceof YtdlpUnavailableError) throw new UnfitVersionError(error.message);
    throw error;
  }
}

async function download(
  ytdlp: Capabilities,
  runYtdlp: RunYtdlp,
  { link, proxy, video }: SelfTestSite,
  { signal, patienceMs }: Confinement,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "dwld-self-test-"));
  try {
    const folders = {
      home: join(root, "home"),
      temp: join(root, "temp"),
      personal: join(root, "personal"),
      cookies: join(root, "cookies"),
      cache: join(root, "cache"),
    };
    for (const folder of Object.values(folders)) await mkdir(folder);
    const stage = { ...emptyStage, proxy };
    const paths: string[] = [];
    const request = { link, targetQuality: 0, options: defaultOptions };
    const timeout = AbortSignal.timeout(patienceMs);
    const exit = await runYtdlp({
      ...{ ytdlp, stage, folders },
      arguments: (marker) => downloadArguments(request, { ytdlp, stage, folders, marker }),
      signal: AbortSignal.any([signal, timeout]),
      phase: () => "reading",
      onEvent: (event: YtdlpEvent) => {
        if (event.kind === "file") paths.push(event.path);
      },
      onLeader: () => Promise.resolve(),
      onPace: () => undefined,
    });
    signal.throwIfAborted();
    const isOverdue = timeout.aborted || exit.standstill !== undefined;
    const how = isOverdue ? "it did not end in time" : (exit.stderr.at(-1) ?? `exit status ${exit.exitCode}`);
    if (exit.exitCode !== 0)
      throw new UnfitVersionError(`it cannot download a page of this machine: ${how}`, {
        isOverdue,
        killedBy: exit.signal,
        said: exit.stderr,
      });
    const [path = ""] = paths;
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes?.equals(video) !== true)
      throw new UnfitVersionError("it downloads something else than a page of this machine has");
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
