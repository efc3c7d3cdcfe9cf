import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { DownloadService, type Task, TaskState } from "@dwld/rpc";
import { startSampleSite } from "../sample-site.ts";
import { startVsftpd } from "../vsftpd.ts";
import { waitForTask } from "../wait-for-task.ts";
import { must, patient } from "./machine.ts";

/** A client of the installed api at its default address. Starting a command for each check would cost too much CPU. */
const baseUrl = "http://127.0.0.1:8890";
const client = createClient(DownloadService, createConnectTransport({ baseUrl, httpVersion: "1.1" }));

/**
 * The sample site and the FTP server, told to the installed dwld.
 *
 * @param told the units to restart.
 */
export async function startWorld(told: string) {
  const site = await startSampleSite({
    // Links stay valid over a power cut.
    port: 9000,
    videos: [
      { name: "first" },
      { name: "slow", sizeBytes: 400_000, throttleBytesPerSecond: 50_000 },
      { name: "last" },
      { name: "long", sizeBytes: 4_000_000, throttleBytesPerSecond: 40_000 },
      ...Array.from({ length: 6 }, (_, index) => ({ name: `short${index}` })),
    ],
  });
  const ftp = await startVsftpd();
  // By the path that an earlier version gave it, which is a link now.
  const secret = "/etc/dwld/secrets/ftp-password";
  await writeFile(secret, `${ftp.password}\n`);
  const configuration = {
    data: "/var/lib/dwld",
    worker: { allowPrivateHosts: true, minFreeBytes: 0 },
    cache: { servers: ["127.0.0.1:11211"] },
    ftp: { ...ftp.configuration, passwordFile: secret },
    shutdown: { graceSeconds: 1 },
  };
  // JSON is YAML.
  await writeFile("/etc/dwld/dwld.yaml", JSON.stringify(configuration));
  await must("systemctl", "restart", told);
  return {
    site,
    ftp,
    async [Symbol.asyncDispose]() {
      await site.close();
      await ftp.stop();
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

export async function add(world: World, video: string): Promise<string> {
  const answer = await must("dwld", "add", "--json", world.site.pageLink(video));
  return (JSON.parse(answer) as { task: { id: string } }).task.id;
}

export async function arrived(world: World, id: string): Promise<void> {
  const ended = ({ finishTime }: Task) => finishTime !== undefined;
  const task = await waitForTask(client, id, ended, patient.deadlineMs);
  assert.equal(task.state, TaskState.DONE, task.failure?.message);
  for (const file of task.files) {
    const path = join(world.ftp.root, file.remotePath.slice(world.ftp.directory.length));
    assert.equal(
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
      file.sha256,
    );
  }
  assert.equal(task.files.length, 1);
}

export async function inState(id: string, state: TaskState): Promise<void> {
  await waitForTask(client, id, state, patient.deadlineMs);
}

/** Fetches the page, and the file of a task that is still on this machine. */
export async function isGiven(id: string): Promise<void> {
  const document = await fetch(baseUrl, { headers: { accept: "text/html" } });
  assert.match(await document.text(), /src="assets\/page-/);
  const [file] = (await client.getTask({ id })).task?.files ?? [];
  assert.ok(file);
  const given = await fetch(`${baseUrl}/${file.downloadPath}`);
  assert.equal(
    createHash("sha256")
      .update(await given.bytes())
      .digest("hex"),
    file.sha256,
  );
}
