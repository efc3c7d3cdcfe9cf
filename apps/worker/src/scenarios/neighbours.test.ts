import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test, type TestContext } from "node:test";
import { execa } from "execa";
import { newestProgram } from "./testing/against-site.ts";
import { addresses } from "./testing/neighbourhood.ts";

/**
 * A network of its own with a public site, a NAS, an address and a prefix of this machine's. Programs, and links that a worker
 * downloads by the real yt-dlps, try to reach the NAS and this machine (among-neighbours.ts), inside each wall.
 */

type Links = { touched: string[]; ends: string[]; areCookiesNew: boolean };
type Said = { missing?: string; programs: Record<string, string[]>; links: Record<string, Links> };

let said: Said | undefined;
let skipped = "";

const { site, nas, own, own6, neighbour6 } = addresses;

/** The site and the NAS belong to no interface: the proxy's own check of addresses judges them. */
const makeNetwork = [
  'mount --bind "$1" /etc/resolv.conf',
  "ip link set lo up",
  ...[site, nas].map((address) => `ip route add local ${address}/32 dev lo`),
  `ip addr add ${own}/24 dev lo`,
  `ip -6 addr add ${own6}/64 dev lo nodad`,
  `ip -6 route add local ${neighbour6}/128 dev lo`,
  'shift; exec "$@"',
].join("\n");

before(visitNeighbours, { timeout: 300_000 });

async function visitNeighbours(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-network-"));
  const names = join(folder, "resolv.conf");
  await writeFile(names, "nameserver 127.0.0.1\n");
  const result = join(folder, "result.json");
  const program = join(import.meta.dirname, "testing/among-neighbours.ts");
  const asRoot = process.geteuid?.() === 0 ? ["-nm"] : ["-Urnm"];
  const inside = ["sh", "-ec", makeNetwork, "sh", names, process.execPath, program, result];
  const { exitCode, stderr } = await execa("unshare", [...asRoot, ...inside], { reject: false });
  if (exitCode === 0) said = JSON.parse(await readFile(result, "utf8")) as Said;
  else if (/unshare failed|Operation not permitted/.test(stderr))
    skipped = `no network of its own can be made here (${stderr.trim().split("\n").at(-1)})`;
  else assert.fail(stderr);
  if (said?.missing !== undefined) skipped = `there are no sandboxes here (${said.missing})`;
  await rm(folder, { recursive: true });
}

function saidUnlessSkipped(context: TestContext): Said | undefined {
  if (skipped !== "") context.skip(`NOT TESTED: ${skipped}`);
  return skipped === "" ? said : undefined;
}

const network = ["ftp", "http", "loopback", "redirect", "rtmp", "rtsp", "tcp", "udp"];
const files = ["file read", "file written", "signal", "unix socket"];

for (const [walls, guarantee, touched] of [
  ["both", "inside both walls of the kernel, no program touches a NAS, a service, a file or a process", []],
  ["network", "the network namespace alone keeps programs from the network", files],
  ["sandbox", "the sandbox alone keeps programs from the network, files and processes", []],
  ["none", "without these walls, each program does touch its aim", [...network, ...files].toSorted()],
] as const)
  test(`neighbours: ${guarantee}`, (context) => {
    const found = saidUnlessSkipped(context);
    if (found !== undefined) assert.deepEqual(found.programs[walls], touched);
  });

const ofMachine = ["loopback", "own", "own-network", "own-network6"];
const ofNas = ["dash", "ftp", "key", "moved", "rebound", "redirect", "segment"];
const aims = [...ofMachine, ...ofNas].toSorted();
const arrived = ["plain done", "plain done", "plain done", "own done"];
const unreached = ["plain network", "plain network", "plain network", "own proxy_error"];

for (const [walls, guarantee, touched, ends] of [
  ["both", "inside all walls, no link touches a NAS or this machine, and videos arrive", [], arrived],
  ["proxy", "the proxy alone keeps links from both, and videos arrive", [], arrived],
  ["kernel", "the kernel's walls alone keep links from both if yt-dlp heeds no proxy", [], unreached],
  ["neither", "without any wall, each of these links does touch its aim", aims, arrived],
] as const)
  test(`neighbours: ${guarantee}`, (context) => {
    const found = saidUnlessSkipped(context);
    if (found === undefined) return;
    for (const program of newestProgram)
      assert.deepEqual(found.links[`${program} ${walls}`], { touched, ends, areCookiesNew: ends === arrived }, program);
  });
