import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { makeVideo } from "@dwld/testbed";
import { execa } from "execa";

/** Programs that do all they can to reach a NAS and a service on loopback, without dwld's plugins (among-neighbours.ts). */
async function amongNeighbours(context: TestContext, walls: "both" | "network" | "sandbox" | "none") {
  const program = join(import.meta.dirname, "testing/among-neighbours.ts");
  const video = await makeVideo({ seed: "neighbours", seconds: 2 });
  const steps = [
    "ip link set lo up",
    "ip addr add 45.45.45.45/32 dev lo",
    "ip addr add 10.9.8.7/32 dev lo",
    `exec ${process.execPath} ${program} ${walls} ${video}`,
  ];
  const asRoot = process.geteuid?.() === 0 ? ["-n"] : ["-Urn"];
  const { stdout, stderr } = await execa("unshare", [...asRoot, "sh", "-ec", steps.join("\n")], { reject: false });
  if (/unshare failed|Operation not permitted/.test(stderr)) {
    context.skip(`NOT TESTED: no network of its own can be made here (${stderr.trim().split("\n").at(-1)})`);
    return undefined;
  }
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout) as { missing?: string; touched: string[]; arrived: string[] };
}

const network = ["ftp", "http", "loopback", "rebound", "redirect", "rtmp", "rtsp", "tcp", "udp"];
const files = ["file read", "file written", "signal", "unix socket"];

for (const [walls, guarantee, touched] of [
  ["both", "inside both walls, no program touches a NAS, a service or a file, and videos of a site arrive", []],
  ["network", "the network namespace alone keeps all of them from the network", files],
  ["sandbox", "the sandbox alone keeps all of them from the network, files and processes", []],
  ["none", "without the walls, each of these programs does touch its aim", [...network, ...files].toSorted()],
] as const)
  test(`neighbours: ${guarantee}`, async (context) => {
    const said = await amongNeighbours(context, walls);
    if (said === undefined) return;
    if (said.missing !== undefined) return context.skip(`NOT TESTED: there are no sandboxes here (${said.missing})`);
    assert.deepEqual(said, { touched, arrived: ["yt-dlp page.mp4", "yt-dlp-debian page.mp4"] });
  });
