import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { openWayOut } from "../../egress/way-out.ts";
import { refusalOf } from "../../egress/refusal.ts";
import { openSandboxes } from "../../process/open-sandboxes.ts";
import { findProgram } from "../../process/program-file.ts";
import { makeWalls } from "../../process/walls.ts";

/**
 * Runs in a network of its own that has a public site and a NAS. Starts programs that try to reach the NAS and a service on
 * loopback without heed for a proxy and without dwld's plugins, and prints as JSON which of them were touched, and the videos
 * that arrived from the site.
 *
 * usage: among-neighbours.ts WALLS VIDEO, with WALLS one of both, network, sandbox and none
 */
const [walls = "none", video = ""] = process.argv.slice(2);
const site = "45.45.45.45";
const nas = "10.9.8.7";
const ports = { ftp: 21, http: 80, rtsp: 554, rtmp: 1935, tcp: 9000, redirect: 8000, rebound: 8001 } as const;
const touched = new Set<string>();

async function listen(name: string, host: string, port: number): Promise<void> {
  const server = createTcpServer((socket) => {
    touched.add(name);
    socket.destroy();
  });
  server.listen(port, host);
  await once(server, "listening");
}
for (const [name, port] of Object.entries(ports)) await listen(name, nas, port);
await listen("loopback", "127.0.0.1", 11_211);
const udp = createSocket("udp4", () => touched.add("udp"));
udp.bind(5000, nas);
await once(udp, "listening");

const page = (link: string) =>
  `<html><head><title>A page</title></head><body><video src="${link}"></video></body></html>`;
const bytes = await readFile(video);
const web = createServer(({ url }, response) => {
  if (url === "/video.mp4")
    response.writeHead(200, { "Content-Type": "video/mp4", "Content-Length": bytes.length }).end(bytes);
  else if (url === "/redirect") response.writeHead(302, { Location: `http://${nas}:${ports.redirect}/` }).end();
  else if (url === "/ftp") response.writeHead(200, { "Content-Type": "text/html" }).end(page(`ftp://${nas}/a.mp4`));
  else response.writeHead(200, { "Content-Type": "text/html" }).end(page("/video.mp4"));
});
web.listen(80, site);
await once(web, "listening");

const environment = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" };
const way = await openWayOut({
  wall: walls === "both" || walls === "network" ? "required" : "off",
  ownProxies: [],
  environment,
  judge: (address) => (address === site ? undefined : refusalOf(address, () => false)),
});

const opened = await openSandboxes({ environment, ports: way.ports });
const { confine } = makeWalls(way, walls === "both" || walls === "sandbox" ? opened.sandboxes : undefined);

const folder = await mkdtemp(join(tmpdir(), "dwld-neighbours-"));
const outside = await mkdtemp(join(tmpdir(), "dwld-outside-"));
const secret = join(outside, "secret");
await writeFile(secret, "secret");
const unix = createTcpServer((socket) => {
  touched.add("unix socket");
  socket.destroy();
}).listen(join(outside, "socket"));
await once(unix, "listening");
async function run(command: readonly [string, ...string[]], proxy?: string): Promise<void> {
  // The yt-dlps of a checkout lie beside their modules.
  const file = command[0].startsWith("yt-dlp") ? await findProgram(command[0], environment.PATH) : undefined;
  const place = file === undefined ? "/usr" : dirname(dirname(file));
  const [program, ...words] = confine(command, { read: [place], write: [folder] });
  const env = { ...environment, ...(proxy === undefined ? {} : { http_proxy: proxy, https_proxy: proxy }) };
  const options = { env, extendEnv: false, cwd: folder, reject: false, stdin: "ignore", timeout: 60_000 } as const;
  await execa(program, words, options);
}
const ffmpeg = (...words: string[]) => ["ffmpeg", "-nostdin", "-v", "quiet", ...words] as const;
const read = (link: string) => ffmpeg("-i", link, "-t", "1", "-f", "null", "-");
const noise = ["-f", "lavfi", "-i", "color=s=64x64:d=1", "-f", "mpegts"];
const curl = (...words: string[]) => ["curl", "-sS", "--max-time", "10", "--noproxy", "*", ...words] as const;
const section = ["--download-sections", "*0-1", "--retries=0", "--extractor-retries=0", "--no-update"];
const alone = ["--ignore-config", "--no-cache-dir", "--ignore-errors"];
const ytdlp = (program: string, ...words: string[]) =>
  [program, ...alone, "-o", `${program} %(webpage_url_basename)s.%(ext)s`, ...section, ...words] as const;

const programs = ["yt-dlp", "yt-dlp-debian"];
await Promise.all([
  // The video of the first page is the NAS's; that of the second is the site's, which the same programs fetch by the proxy.
  ...programs.map((program) => run(ytdlp(program, `http://${site}/ftp`, `http://${site}/page`), way.urls.url)),
  run(read(`rtmp://${nas}/live/a`)),
  run(read(`rtsp://${nas}/a`)),
  run(read(`tcp://${nas}:${ports.tcp}`)),
  run(ffmpeg(...noise, `udp://${nas}:5000`)),
  run(curl(`http://${nas}/`)),
  run(curl("-L", `http://${site}/redirect`)),
  // A name that led to the site when it was judged.
  run(curl("--resolve", `site.example:${ports.rebound}:${nas}`, `http://site.example:${ports.rebound}/`)),
  run(curl("http://127.0.0.1:11211/")),
  run(curl("--unix-socket", join(outside, "socket"), "http://unix/")),
  run(["sh", "-c", `cat ${secret} && touch read`]),
  run(["sh", "-c", `echo > ${outside}/new`]),
  run(["sh", "-c", `kill -0 ${process.pid} && touch signaled`]),
]);
const has = async (path: string) =>
  await stat(path).then(
    () => true,
    () => false,
  );
if (await has(join(folder, "read"))) touched.add("file read");
if (await has(join(outside, "new"))) touched.add("file written");
if (await has(join(folder, "signaled"))) touched.add("signal");
const arrived = (await readdir(folder)).filter((name) => name.startsWith("yt-dlp"));
await way.close();
for (const one of [folder, outside]) await rm(one, { recursive: true });
process.stdout.write(
  JSON.stringify({ missing: opened.missing, touched: [...touched].toSorted(), arrived: arrived.toSorted() }),
);
// Its sockets stay open.
process.exit(0);
