import assert from "node:assert/strict";
import { test } from "node:test";
import { openSandboxes } from "./open-sandboxes.ts";

const environment = { PATH: process.env["PATH"] ?? "" };

test("sandboxes: on an architecture whose system calls are not known there are none, and the reason is told", async () => {
  const { sandboxes, missing } = await openSandboxes({ environment, ports: [], architecture: "riscv64" });
  assert.deepEqual([sandboxes, missing], [undefined, "the numbers of system calls on riscv64 are not known"]);
});

test("sandboxes: without perl there are none, and the reason is told", async () => {
  const { missing } = await openSandboxes({ environment: { PATH: "/nonexistent" }, ports: [] });
  assert.match(missing ?? "", /^there is no perl/);
});

test("sandboxes: with a filter of another architecture, no program begins, and there are none", async (context) => {
  const { missing: here } = await openSandboxes({ environment, ports: [] });
  if (here !== undefined) return context.skip(`NOT TESTED: there are no sandboxes here (${here})`);
  const other = process.arch === "x64" ? "arm64" : "x64";
  const { sandboxes, missing } = await openSandboxes({ environment, ports: [], architecture: other });
  assert.equal(sandboxes, undefined);
  assert.notEqual(missing, undefined);
});
