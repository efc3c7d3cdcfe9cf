import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createLogger } from "@dwld/daemon";
import { parseOptions } from "@dwld/options";
import { startSampleSite } from "@dwld/testbed";
import { execa } from "execa";
import { openWayOut } from "../../egress/way-out.ts";
import { openSandboxes } from "../../process/open-sandboxes.ts";
import { makeWalls, noWalls, type Walls } from "../../process/walls.ts";
import { createLoadedYtdlps, type LoadedYtdlps } from "../../ytdlp/fork-server/loaded-ytdlps.ts";
import { newestProgram, type programs } from "./against-site.ts";
import { startClockedWorker } from "./clocked-worker.ts";
import { addresses, proxyPort, rawPorts, startNeighbourhood, udpPort } from "./neighbourhood.ts";

/**
 * Runs in a network of its own that has a public site and a NAS (neighbours.test.ts), and writes into RESULT as JSON what of the
 * NAS and of this machine was touched by programs and by links, inside each wall.
 *
 * usage: among-neighbours.ts RESULT
 */
const [resultFile = ""] = process.argv.slice(2);
const environment = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" };
const { site, nas, own, neighbour, neighbour6 } = addresses;
const healthy = await startSampleSite({
  host: site,
  port: 8080,
  videos: [{ name: "page" }, { name: "stream", format: "hls" }],
});
const neighbourhood = await startNeighbourhood(await readFile(healthy.mediaFile("page")));
const ownProxy = `http://${nas}:${proxyPort}`;
const inside = await openWayOut({ wall: "required", ownProxies: [ownProxy], environment });
const outside = await openWayOut({ wall: "off", ownProxies: [], environment });
const opened = await openSandboxes({ environment, ports: inside.ports });
const openedOutside = await openSandboxes({ environment, ports: outside.ports });

/** The kernel's walls: the network namespace, the sandbox. */
const kernelWalls = {
  both: makeWalls(inside, opened.sandboxes),
  network: makeWalls(inside, undefined),
  sandbox: makeWalls(noWalls, openedOutside.sandboxes),
  none: noWalls,
} satisfies Record<string, Walls>;

const folder = await mkdtemp(join(tmpdir(), "dwld-neighbours-"));
const secrets = await mkdtemp(join(tmpdir(), "dwld-secrets-"));
await writeFile(join(secrets, "secret"), "secret");
let isSocketTouched = false;
const unix = createServer((socket) => {
  isSocketTouched = true;
  socket.destroy();
}).listen(join(secrets, "socket"));
await once(unix, "listening");

/** Lets programs do all they can to touch the NAS, this machine and its files, without heed for a proxy. */
async function touchedByPrograms({ confine }: Walls): Promise<string[]> {
  const run = async (...command: [string, ...string[]]) => {
    const [program, ...words] = confine(command, { read: [], write: [folder] });
    const options = { env: environment, extendEnv: false, cwd: folder, reject: false, stdin: "ignore" } as const;
    await execa(program, words, { ...options, timeout: 60_000 });
  };
  const ffmpeg = async (...words: string[]) => run("ffmpeg", "-nostdin", "-v", "quiet", ...words);
  const read = async (link: string) => ffmpeg("-i", link, "-t", "1", "-f", "null", "-");
  const noise = ["-f", "lavfi", "-i", "color=s=64x64:d=1", "-f", "mpegts"];
  const curl = async (...words: string[]) => run("curl", "-sS", "--max-time", "10", "--noproxy", "*", ...words);
  const marks = { "file read": "read", "file written": "written", signal: "signaled" };
  isSocketTouched = false;
  await Promise.all([
    read(`ftp://${nas}/a.mp4`),
    read(`rtmp://${nas}/live/a`),
    read(`rtsp://${nas}/a`),
    read(`tcp://${nas}:${rawPorts.tcp}`),
    ffmpeg(...noise, `udp://${nas}:${udpPort}`),
    curl(`http://${nas}/http`),
    curl("-L", `http://${site}/redirect`),
    curl(`http://127.0.0.1/loopback`),
    curl("--unix-socket", join(secrets, "socket"), "http://unix/"),
    run("sh", "-c", `cat ${secrets}/secret && touch read`),
    run("sh", "-c", `echo > ${secrets}/written && touch written`),
    run("sh", "-c", `kill -0 ${process.pid} && touch signaled`),
  ]);
  const seen = Object.entries(marks).filter(([, file]) => existsSync(join(folder, file)));
  for (const [, file] of seen) await rm(join(folder, file));
  const files = [...seen.map(([mark]) => mark), ...(isSocketTouched ? ["unix socket"] : [])];
  return [...neighbourhood.takeTouched(), ...files].toSorted();
}

/** The walls of a link: dwld's proxy, and the kernel's. */
const linkWalls = {
  both: { egressProxy: inside.urls, walls: kernelWalls.both },
  proxy: { egressProxy: outside.urls, walls: noWalls },
  // A yt-dlp that heeds no proxy.
  kernel: { egressProxy: undefined, walls: kernelWalls.both },
  neither: { egressProxy: undefined, walls: noWalls },
};

const none = parseOptions({ options: "{}" });
const section = { sections: [{ startSeconds: 0, endSeconds: 1 }] };
let worlds = 0;

const logger = createLogger({ level: "error", app: "worker" });
const loaded = new Map<string, LoadedYtdlps>();

/** Returns the loaded yt-dlps of a program inside these walls. */
function ytdlpsOf(program: string, walls: Walls): LoadedYtdlps {
  const key = `${program} ${String(walls === noWalls)}`;
  const how = { keepLoaded: true, loadsAtOnce: true, patienceMs: 60_000 };
  const ytdlps = loaded.get(key) ?? createLoadedYtdlps({ ...how, environment, walls, logger });
  loaded.set(key, ytdlps);
  return ytdlps;
}

/**
 * Has a worker download links that lead to the NAS and to this machine; then a video of a site, a part of one, a stream, and a
 * video by a stage with cookies and a proxy of its own.
 */
async function touchedByLinks(program: (typeof programs)[number], kind: keyof typeof linkWalls) {
  await using ending = new AsyncDisposableStack();
  const { egressProxy, walls } = linkWalls[kind];
  const after: TestContext["after"] = (end) => {
    ending.defer(end as () => Promise<void>);
  };
  const cookies = join(folder, `cookies-${program}-${kind}.txt`);
  await writeFile(cookies, `# Netscape HTTP Cookie File\nproxied.example\tFALSE\t/\tFALSE\t2000000000\told\t1\n`);
  const hasty = ["--retries=0", "--fragment-retries=0", "--extractor-retries=0"];
  const on = await startClockedWorker(
    { after },
    () => ({
      worker: { ytdlp: { command: [program] } },
      stages: { plain: { arguments: hasty }, own: { arguments: hasty, proxy: ownProxy, cookies } },
      sites: {
        proxied: { hosts: ["proxied.example"], stages: ["own"], maxAttempts: 1 },
        default: { stages: ["plain"], maxAttempts: 1 },
      },
    }),
    { egressProxy, walls, ytdlps: ytdlpsOf(program, walls) },
  );
  worlds += 1;
  const direct = { own, "own-network": neighbour, "own-network6": `[${neighbour6}]`, loopback: "127.0.0.1" };
  const links = [
    ...["segment.m3u8", "key.m3u8", "dash.mpd", "redirect", "moved"].map((path) => `http://${site}/${path}`),
    `http://world${worlds}.example/rebound`,
    ...Object.entries(direct).map(([path, host]) => `http://${host}/${path}`),
  ];
  for (const link of links) await on.play(await on.add(link));
  await on.play(await on.add(`http://${site}/ftp`, section));
  const touched = neighbourhood.takeTouched();
  const ends: string[] = [];
  for (const [link, wishes] of [
    [healthy.pageLink("page"), none],
    [healthy.pageLink("page"), section],
    [healthy.pageLink("stream"), none],
  ] as const)
    ends.push((await on.play(await on.add(link, wishes))).steps.join());
  ends.push((await on.play(await on.add("http://proxied.example/video.mp4"))).steps.join());
  const areCookiesNew = (await readFile(cookies, "utf8")).includes("visited");
  return { touched, ends, areCookiesNew };
}

const said = {
  missing: opened.missing,
  programs: {} as Record<string, string[]>,
  links: {} as Record<string, Awaited<ReturnType<typeof touchedByLinks>>>,
};
for (const [kind, walls] of Object.entries(kernelWalls)) said.programs[kind] = await touchedByPrograms(walls);
for (const kind of ["both", "proxy", "kernel", "neither"] as const)
  for (const program of newestProgram) said.links[`${program} ${kind}`] = await touchedByLinks(program, kind);
await Promise.all([...loaded.values()].map((ytdlps) => ytdlps.close()));
await Promise.all([inside.close(), outside.close(), healthy.close()]);
for (const one of [folder, secrets]) await rm(one, { recursive: true });
await writeFile(resultFile, JSON.stringify(said));
// Sockets of this process stay open.
process.exit(0);
