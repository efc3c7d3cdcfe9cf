import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { openWayOut } from "./way-out.ts";

const program = join(import.meta.dirname, "testing/look-out.ts");

/** A user that is nobody else here. */
const plainUser = [
  "setpriv",
  "--reuid=64000",
  "--regid=64000",
  "--clear-groups",
  "--no-new-privs",
  "--bounding-set=-all",
];

for (const [user, prefix] of [
  ["the user of this test", []],
  ["a user without any privilege", process.geteuid?.() === 0 ? plainUser : []],
] as const)
  test(`way out: in its namespace a program of ${user} reaches the proxies and nothing of this machine`, async (context) => {
    const [first = "", ...rest] = [...prefix, process.execPath, program];
    const { stdout } = await execa(first, rest);
    const { unwalled, ...said } = JSON.parse(stdout) as Record<string, string>;
    if (unwalled !== undefined) return context.skip(`NOT TESTED: no network namespace can be made here (${unwalled})`);
    assert.deepEqual(said, {
      direct: "curl: (7) Failed to connect to 127.0.0.1",
      byProxy: "reached",
      byProxy6: said["byProxy6"] === "reached" ? "reached" : "502 ",
      byOwn: "reached",
      login: `Basic ${Buffer.from("me:secret").toString("base64")}`,
    });
  });

const nothing = { PATH: "/nonexistent" };

test("way out: where no namespace can be made, the proxy serves this machine, and the reason is told", async () => {
  const way = await openWayOut({ wall: "auto", ownProxies: ["http://own:1"], environment: nothing });
  try {
    assert.match(way.unwalled ?? "", /perl.*ENOENT/);
    assert.deepEqual(way.enter(["a", "b"]), ["a", "b"]);
    assert.match(way.urls.url, /^http:\/\/dwld:\w{48}@127\.0\.0\.1:\d+$/);
    assert.equal(way.urls.relays, undefined);
  } finally {
    await way.close();
  }
});

test("way out: where no namespace can be made, one that is required stops the start, with the reason and a remedy", async () => {
  await assert.rejects(openWayOut({ wall: "required", ownProxies: [], environment: nothing }), {
    code: "wall",
    exitStatus: 78,
    message: /^worker\.wall is "required", but .*perl ENOENT.*set worker\.wall to auto\.$/,
  });
});

test("way out: it stays out of a namespace where the wall is off", async () => {
  const way = await openWayOut({ wall: "off", ownProxies: [], environment: nothing });
  assert.equal(way.unwalled, "worker.wall is off");
  await way.close();
});
