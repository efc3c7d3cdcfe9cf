import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { FailureClass, TaskState, type Task } from "@dwld/rpc";
import { type Dwld, eventually, makeVideo, startDwld, waitForTask } from "@dwld/testbed";

/** A site that shows its videos to a known session, and renames the session each time. */
let session = "first";
const site = createServer((request, response) => {
  if (!(request.headers.cookie ?? "").split(/;\s*/).includes(`session=${session}`)) {
    response.writeHead(401).end();
    return;
  }
  session = `${session}-and-on`;
  response.writeHead(200, {
    "Content-Type": "video/mp4",
    "Content-Length": video.length,
    "Set-Cookie": `session=${session}; Max-Age=100000`,
  });
  response.end(video);
});
let video = Buffer.alloc(0);
let folder = "";
let dwld: Dwld;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-cookies-"));
  await mkdir(join(folder, "pool"), { mode: 0o700 });
  video = await readFile(await makeVideo({ seed: "members" }));
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  dwld = await startDwld({
    apps: ["api", "worker"],
    configuration: {
      stages: { plain: {}, account: { cookies: join(folder, "pool") } },
      sites: { members: { hosts: ["127.0.0.1"], stages: ["plain", "account"] } },
    },
  });
});
after(async () => {
  await dwld.stop();
  site.close();
  await rm(folder, { recursive: true });
});

const cookies = (value: string) => `# Netscape HTTP Cookie File\n\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t${value}\n`;
const put = (name: string, value: string) => writeFile(join(folder, "pool", name), cookies(value), { mode: 0o600 });

async function add(name: string, until: TaskState): Promise<Task> {
  const { port } = site.address() as AddressInfo;
  const { task } = await dwld.client.addTask({ link: `http://127.0.0.1:${port}/${name}.mp4` });
  return await waitForTask(dwld.client, task?.id ?? "", until, 60_000);
}

async function trouble(): Promise<string> {
  const { processes } = await dwld.client.getStatus({});
  return processes.map((one) => one.trouble).join("");
}

test("cookies: without any, the stage that needs them is left out, and the log says so once", async () => {
  const task = await add("none", TaskState.FAILED);
  assert.equal(task.failure?.failureClass, FailureClass.LOGIN_REQUIRED);
  assert.deepEqual(
    task.attempts.map(({ stage }) => stage),
    ["plain"],
  );
  const lines = dwld.output("worker").split("\n");
  assert.equal(lines.filter((line) => line.includes("pool is empty: put a cookie file there")).length, 1);
});

test("cookies: new files are used by the running worker, and refreshed ones are written back", async () => {
  await put("good.txt", "first");
  const task = await add("good", TaskState.DONE);
  assert.deepEqual(
    task.attempts.map(({ stage }) => stage),
    ["plain", "account"],
  );
  assert.match(await readFile(join(folder, "pool", "good.txt"), "utf8"), new RegExp(`\\tsession\\t${session}$`, "m"));
});

test("cookies: an account that the site forgot is set aside, and the status names it", async () => {
  session = "another";
  await put("good.txt", "forgotten");
  await add("refused", TaskState.FAILED);
  await eventually("the trouble is reported", async () => (await trouble()).includes("good.txt is set aside"));
  await put("good.txt", "another");
  await add("renewed", TaskState.DONE);
  await eventually("the trouble is over", async () => (await trouble()) === "");
});

test("cookies: if one account of several is refused, the next one gets the video in the same round", async () => {
  await put("a-forgotten.txt", "forgotten");
  const task = await add("pool", TaskState.DONE);
  assert.deepEqual(
    task.attempts.map(({ stage, failure }) => [stage, failure?.failureClass]),
    [
      // The stage that worked last goes first.
      ["account", FailureClass.LOGIN_REQUIRED],
      ["account", undefined],
    ],
  );
  await eventually("the status names the account", async () =>
    (await trouble()).includes("a-forgotten.txt is set aside"),
  );
});
