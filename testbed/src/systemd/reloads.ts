import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { eventually } from "@dwld/timing/testing";
import { must, patient, property, run, units } from "./machine.ts";

/** Asserts that `systemctl reload` takes settings over in the processes that run, and fails for a wrong file. */
export async function reloads(): Promise<void> {
  const file = "/etc/dwld/dwld.yaml";
  const right = await readFile(file, "utf8");
  const processes = () => Promise.all(units.map((unit) => property(unit, "MainPID")));
  const before = await processes();
  await writeFile(file, right.replace(/^\{/, '{"limits":{"perChat":{"playlistEntries":7}},'));
  await must("systemctl", "reload", ...units);
  const taken = await must("journalctl", "-u", "dwld-*", "-n", "40");
  for (const app of ["api", "worker"]) assert.match(taken, new RegExp(`^.* ${app}: has taken over limits\\.`, "m"));
  assert.match(taken, /ftp-sender: nothing is new for it/);
  await writeFile(file, right.replace('"allowPrivateHosts"', '"alowPrivateHosts"'));
  for (const unit of units) {
    assert.notEqual((await run("systemctl", "reload", unit)).exitCode, 0, unit);
    assert.equal(await property(unit, "ActiveState"), "active");
    assert.match(await property(unit, "StatusText"), /was not reloaded: .*alowPrivateHosts: there is no such key/);
  }
  const isTold = async () =>
    (await must("dwld", "status")).includes("trouble: the configuration on disk is wrong since");
  await eventually("the status tells it", isTold, patient);
  await writeFile(file, right);
  await must("systemctl", "reload", ...units);
  assert.deepEqual(await processes(), before);
}
