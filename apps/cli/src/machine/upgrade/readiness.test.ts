import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, type RunningUnit, type SeenUnit } from "./readiness.ts";

const works: SeenUnit = {
  ...{ name: "w", activeState: "active", hasJob: false, pid: 7, restarts: 0, result: "success", failing: {} },
};
const wasReady: RunningUnit = { name: "w", failing: [] };

for (const [told, seen, before, is] of [
  ["ready if all its checks hold", {}, wasReady, "ready"],
  ["coming while it starts", { activeState: "activating" }, wasReady, "coming"],
  ["coming before systemd begins to start it", { activeState: "inactive", hasJob: true }, wasReady, "coming"],
  ["coming while its health address is silent", { failing: undefined }, wasReady, "coming"],
  ["coming while a check fails that held before", { failing: { ftp: "away" } }, wasReady, "coming"],
  ["ready if what fails failed before", { failing: { ftp: "away" } }, { name: "w", failing: ["ftp"] }, "ready"],
  ["coming if something else fails than before", { failing: { db: "?" } }, { name: "w", failing: ["ftp"] }, "coming"],
  ["ready if it runs, where it did not answer before either", { failing: undefined }, { name: "w" }, "ready"],
  ["broken if it has failed", { activeState: "failed", result: "exit-code" }, wasReady, "broken"],
  ["broken if it has ended", { activeState: "inactive" }, wasReady, "broken"],
  ["broken if systemd had to start it again", { restarts: 1, result: "exit-code" }, wasReady, "broken"],
] as const)
  test(`readiness: a unit is ${told}`, () => {
    const { failing, ...rest } = { ...works, ...seen };
    assert.equal(judge({ ...rest, ...(failing !== undefined && { failing }) }, before).is, is);
  });
