import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { createOwnNetworkCheck } from "./own-network.ts";
import { refusalOf, refusalWords } from "./refusal.ts";

type Interfaces = Parameters<typeof createOwnNetworkCheck>[0] extends (() => infer Read) | undefined ? Read : never;

const withAddresses = (...cidrs: string[]): Interfaces =>
  Object.fromEntries(
    cidrs.map((cidr, index): [string, Interfaces[string]] => {
      const [address = ""] = cidr.split("/");
      const family = address.includes(":") ? ({ family: "IPv6", scopeid: 0 } as const) : ({ family: "IPv4" } as const);
      return [`eth${index}`, [{ address, cidr, netmask: "", mac: "", internal: false, ...family }]];
    }),
  );

for (const [cidr, own, others] of [
  ["93.184.216.34/24", ["93.184.216.34", "93.184.216.1"], ["93.184.217.1"]],
  ["93.184.216.34/32", ["93.184.216.34"], ["93.184.216.35"]],
  ["45.1.2.3/8", ["45.1.2.3"], ["45.1.2.4", "45.200.0.1"]],
  ["45.1.2.3/0", ["45.1.2.3"], ["1.1.1.1"]],
  ["2a00:1450:1:2::5/64", ["2a00:1450:1:2::5", "2a00:1450:1:2:ffff::1"], ["2a00:1450:1:3::1"]],
  ["2a00:1450:1:2::5/128", ["2a00:1450:1:2::5", "2a00:1450:1:2::6"], ["2a00:1450:1:3::1"]],
  ["2a00:1450:1:200::5/56", ["2a00:1450:1:2ff::1"], ["2a00:1450:1:300::1"]],
  ["2a00:1450:1:2::5/16", ["2a00:1450:1:2::1"], ["2a00:1450:1:3::1"]],
  // Every machine's loopback interface.
  ["::1/128", [], ["1.1.1.1", "2606:4700::1111"]],
] as const)
  test(`own network: of ${cidr}, ${own.join(" and ") || "no others"} are refused, and ${others.join(" and ")} are not`, () => {
    const isOwn = createOwnNetworkCheck(() => withAddresses(cidr));
    for (const address of own) assert.equal(refusalOf(address, isOwn), "own_network", address);
    for (const address of others) assert.equal(refusalOf(address, isOwn), undefined, address);
  });

test("own network: sites of the internet lie in no network of this machine", () => {
  const isOwn = createOwnNetworkCheck();
  for (const address of ["1.1.1.1", "2606:4700::1111"]) assert.equal(refusalOf(address, isOwn), undefined, address);
});

test("own network: an interface that comes, and one that goes, is noticed within seconds", () => {
  let interfaces = withAddresses();
  let nowMs = 0;
  const isOwn = createOwnNetworkCheck(
    () => interfaces,
    () => nowMs,
  );
  assert.equal(isOwn("93.184.216.1"), false);
  interfaces = withAddresses("93.184.216.34/24");
  nowMs = 6000;
  assert.equal(isOwn("93.184.216.1"), true);
  interfaces = withAddresses();
  nowMs = 12_000;
  assert.equal(isOwn("93.184.216.1"), false);
});

for (const [address, cidr] of [
  ["93.184.216.34", "93.184.216.34/24"],
  ["2a00:1450:1:2::5", "2a00:1450:1:2::5/64"],
] as const)
  test(`own network: a machine whose interface has the global address ${address} does not let a link reach it`, async (context) => {
    const program = join(import.meta.dirname, "testing/reach-itself.ts");
    const steps = [
      "ip link set lo up",
      // Every kernel has this interface.
      `ip addr add ${cidr} dev lo${address.includes(":") ? " nodad" : ""}`,
      `exec ${process.execPath} ${program} ${address}`,
    ];
    const { stdout, exitCode, stderr } = await execa("unshare", ["-n", "sh", "-ec", steps.join("\n")], {
      reject: false,
    });
    if (/unshare failed|Operation not permitted/.test(stderr))
      context.skip("NOT TESTED: no network of its own can be made here (run it as root)");
    else assert.equal(stdout, `403 ${refusalWords.own_network}`, `${exitCode} ${stderr}`);
  });
