import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { eventually } from "./eventually.ts";
import { idleYtdlp } from "./idle-ytdlp.ts";
import { startVsftpd } from "./vsftpd.ts";
import { livingProcesses } from "./living-processes.ts";
import { startDwld } from "./processes.ts";
import { startSampleSite } from "./sample-site.ts";
import { waitForTask } from "./wait-for-task.ts";

test("processes: apps started one by one deliver a link, and leave nothing behind", async (t) => {
  await using site = await startSampleSite({ videos: [{ name: "video" }] });
  await using ftp = await startVsftpd();
  const dwld = await startDwld({
    apps: ["api", "worker", "ftp-sender"],
    configuration: { ftp: ftp.configuration },
    cleanup: t,
  });
  const { task } = await dwld.client.addTask({ link: site.pageLink("video"), userName: "alice" });
  const { files } = await waitForTask(dwld.client, task?.id ?? "", TaskState.DONE);
  await access(join(ftp.root, "alice", files[0]?.name ?? "no file"));
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
  assert.equal((JSON.parse(stdout) as { processes: unknown[] }).processes.length, 3);
});

test("processes: an app can be frozen, killed and started again; what it wrote is kept", async () => {
  await using dwld = await startDwld({ apps: ["api"] });
  const first = dwld.processId("api");
  dwld.signal("api", "SIGSTOP");
  await eventually("it is stopped", () =>
    livingProcesses(dwld.marker).some(({ pid, state }) => pid === first && state === "T"),
  );
  assert.equal((await dwld.kill("api")).signal, "SIGKILL");
  await dwld.restart("api");
  assert.notEqual(dwld.processId("api"), first);
  assert.equal(dwld.output("api").match(/starting/g)?.length, 2);
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

test("processes: an exit status that was not expected is an error, with the output", async () => {
  const dwld = await startDwld({ apps: ["api"] });
  await assert.rejects(dwld.stop({ exitStatus: 3 }), /exit status 0, not 3/);
});
