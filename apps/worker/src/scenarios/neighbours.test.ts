import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { makeVideo } from "@dwld/testbed";
import { execa } from "execa";

/** Programs that do all they can to reach a NAS and a service on loopback, without dwld's plugins (among-neighbours.ts). */
async function amongNeighbours(context: TestContext, wall: "required" | "off") {
  const program = join(import.meta.dirname, "testing/among-neighbours.ts");
  const video = await makeVideo({ seed: "neighbours", seconds: 2 });
  const steps = [
    "ip link set lo up",
    "ip addr add 45.45.45.45/32 dev lo",
    "ip addr add 10.9.8.7/32 dev lo",
    `exec ${process.execPath} ${program} ${wall} ${video}`,
  ];
  const asRoot = process.geteuid?.() === 0 ? ["-n"] : ["-Urn"];
  const { stdout, stderr } = await execa("unshare", [...asRoot, "sh", "-ec", steps.join("\n")], { reject: false });
  if (/unshare failed|Operation not permitted/.test(stderr)) {
    context.skip(`NOT TESTED: no network of its own can be made here (${stderr.trim().split("\n").at(-1)})`);
    return undefined;
  }
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout) as { unwalled?: string; touched: string[]; statuses: number[] };
}

const all = ["ftp", "http", "loopback", "rebound", "redirect", "rtmp", "rtsp", "tcp", "udp"];

test("neighbours: from its network namespace, no program touches a NAS or this machine, and videos of a site arrive", async (context) => {
  const said = await amongNeighbours(context, "required");
  if (said !== undefined) assert.deepEqual(said, { touched: [], statuses: [0, 0] });
});

test("neighbours: without the wall, each of these programs does touch them", async (context) => {
  const said = await amongNeighbours(context, "off");
  if (said !== undefined) assert.deepEqual(said, { unwalled: "worker.wall is off", touched: all, statuses: [0, 0] });
});
