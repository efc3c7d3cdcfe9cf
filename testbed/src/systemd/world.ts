import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "../eventually.ts";
import { startSampleSite } from "../sample-site.ts";
import { startVsftpd } from "../vsftpd.ts";
import { must, patient } from "./machine.ts";

/** The sample site and the FTP server, told to the installed dwld. */
export async function startWorld() {
  const site = await startSampleSite({
    // Links stay right over a power cut.
    port: 9000,
    videos: [{ name: "first" }, { name: "slow", sizeBytes: 400_000, throttleBytesPerSecond: 50_000 }, { name: "last" }],
  });
  const ftp = await startVsftpd();
  const secret = "/etc/dwld/secrets/ftp-password";
  await cp(ftp.passwordFile, secret);
  await must("chown", "root:root", secret);
  await must("chmod", "0600", secret);
  const configuration = {
    data: "/var/lib/dwld",
    worker: { allowPrivateHosts: true },
    cache: { servers: ["127.0.0.1:11211"] },
    ftp: { ...ftp.configuration, passwordFile: secret },
    shutdown: { graceSeconds: 1 },
  };
  // JSON is YAML.
  await writeFile("/etc/dwld/dwld.yaml", JSON.stringify(configuration));
  await must("systemctl", "restart", "dwld-*.service");
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
  const task = await eventually(
    `task ${id} is done`,
    async () => {
      const { task: found } = JSON.parse(await must("dwld", "show", "--json", id)) as {
        task: { state: string; files?: { sha256: string; remotePath: string }[] };
      };
      assert.notEqual(found.state, "TASK_STATE_FAILED", JSON.stringify(found));
      return found.state === "TASK_STATE_DONE" ? found : undefined;
    },
    patient,
  );
  for (const file of task.files ?? []) {
    const path = join(world.ftp.root, file.remotePath.slice(world.ftp.directory.length));
    assert.equal(
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
      file.sha256,
    );
  }
  assert.equal(task.files?.length, 1);
}

export async function inState(id: string, state: string): Promise<void> {
  const seen = async () => (await must("dwld", "show", "--json", id)).includes(`"TASK_STATE_${state}"`);
  await eventually(`task ${id} is ${state}`, seen, patient);
}
