import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { idleYtdlp } from "./idle-ytdlp.ts";
import { livingProcesses } from "./living-processes.ts";
import { startDwld } from "./processes.ts";
import { waitForTask } from "./wait-for-task.ts";

test("processes: apps started one by one work together, and leave nothing behind", async (t) => {
  const dwld = await startDwld({
    apps: ["api", "worker", "ftp-sender"],
    configuration: { worker: { ytdlp: { command: idleYtdlp } } },
    cleanup: t,
  });
  const { task } = await dwld.client.addTask({ link: "http://127.0.0.1:9/video" });
  await waitForTask(dwld.client, task?.id ?? "", ({ failure }) => failure !== undefined);
  await dwld.stop();
  assert.deepEqual(livingProcesses(dwld.marker), []);
  await assert.rejects(access(dwld.configurationFile));
});

test("processes: up starts them all, and the client's commands find them", async () => {
  await using dwld = await startDwld({
    apps: ["up"],
    configuration: { worker: { ytdlp: { command: idleYtdlp } } },
  });
  const { stdout, exitCode } = await dwld.command(["status", "--json"]);
  assert.equal(exitCode, 0);
  const { processes } = JSON.parse(stdout) as { processes: { app: string; walls?: { text: string } }[] };
  assert.equal(processes.length, 3);
  // Which walls stand depends on this machine; the worker says it.
  for (const { app, walls } of processes) assert.equal(walls?.text !== undefined, app === "worker", app);
});

test("processes: an app can be frozen, killed and started again; what it wrote is kept, and another exit status is an error", async () => {
  const dwld = await startDwld({ apps: ["api"] });
  const first = dwld.processId("api");
  dwld.signal("api", "SIGSTOP");
  await eventually("it is stopped", () =>
    livingProcesses(dwld.marker).some(({ pid, state }) => pid === first && state === "T"),
  );
  assert.equal((await dwld.kill("api")).signal, "SIGKILL");
  await dwld.restart("api");
  assert.notEqual(dwld.processId("api"), first);
  assert.equal(dwld.output("api").match(/starting/g)?.length, 2);
  await assert.rejects(dwld.stop({ exitStatus: 3 }), /exit status 0, not 3/);
});

test("processes: an app that cannot start is an error with its own words, and nothing is left of it", async () => {
  const starting = startDwld({ apps: ["api"], configuration: { api: { lisen: "x" } } });
  await assert.rejects(starting, /exit status 78.*\n.*did you mean listen/);
});

test("processes: an app that is not ready in the end is an error with what is missing", async () => {
  await using dwld = await startDwld({
    apps: ["worker"],
    configuration: { worker: { ytdlp: { command: ["no-such-program"] } } },
    until: "alive",
  });
  const ready = await fetch(`${dwld.health.worker}/readyz`);
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), /no-such-program/);
});
