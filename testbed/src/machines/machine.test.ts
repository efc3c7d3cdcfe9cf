import assert from "node:assert/strict";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { whyNoMachines } from "./own-network.ts";

const script = join(import.meta.dirname, "testing/two-machines.ts");

test("machines: each has its own name, network, disk and processes, and can be unplugged, frozen and switched off", async (t) => {
  const missing = await whyNoMachines();
  if (missing !== undefined) return t.skip(`NOT TESTED: ${missing}`);
  const { stdout } = await execa(process.execPath, [script], { env: { NODE_TEST_CONTEXT: "" } });
  assert.deepEqual(JSON.parse(stdout), {
    "answers while unplugged": false,
    "states while frozen": ["T"],
    "answers while frozen": false,
    "processes without power": [],
    // The start, that after a kill, and that after a power cut.
    starts: ["first", "first", "first"],
    "left of the first": [],
    "left of the second": ["sleep 1000"],
    "host name of this process": hostname(),
  });
});
