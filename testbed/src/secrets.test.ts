import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { eventually } from "@dwld/timing/testing";
import { livingProcesses } from "./living-processes.ts";
import { startDwld } from "./processes.ts";
import { startSampleSite } from "./sample-site.ts";
import { startVsftpd } from "./vsftpd.ts";
import { waitForTask } from "./wait-for-task.ts";

const secrets = {
  cookie: "geheim-cookie-7d1",
  proxy: "geheim-proxy-7d1",
  link: "geheim-link-7d1",
  bot: "geheim-bot-7d1",
};

test(
  "no secret reaches a log, a status, an attempt or a process list, whatever fails",
  { timeout: 300_000 },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "dwld-secrets-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await using site = await startSampleSite({
      videos: [
        { name: "fine", throttleBytesPerSecond: 30_000 },
        { name: "refused", media: { kind: "status", status: 403 } },
      ],
    });
    await using ftp = await startVsftpd();
    const cookies = join(folder, "cookies");
    await mkdir(cookies, { mode: 0o700 });
    const line = ["127.0.0.1", "FALSE", "/", "FALSE", "2000000000", "session", secrets.cookie].join("\t");
    await writeFile(join(cookies, "one.txt"), `# Netscape HTTP Cookie File\n${line}\n`, { mode: 0o600 });
    await writeFile(join(folder, "bot"), secrets.bot, { mode: 0o600 });
    // The sender is refused at first.
    await ftp.changePassword("another");
    const dwld = await startDwld({
      until: "alive",
      apps: ["api", "worker", "ftp-sender"],
      configuration: {
        ftp: ftp.configuration,
        log: { level: "trace" },
        stages: {
          account: { cookies },
          far: { proxy: `http://someone:${secrets.proxy}@127.0.0.1:9` },
        },
        sites: { local: { hosts: ["127.0.0.1"], stages: ["account", "far"], maxAttempts: 3 } },
        register: [
          { address: "http://127.0.0.1:9", name: "here", secretFile: join(folder, "bot"), reachedAt: "127.0.0.1:8888" },
        ],
      },
      cleanup: t,
    });
    const { client } = dwld;
    const ask = async (name: string) =>
      (await client.addTask({ link: `${site.pageLink(name)}?token=${secrets.link}` })).task?.id ?? "";
    const [fine, refused] = [await ask("fine"), await ask("refused")];
    const commands = new Set<string>();
    await eventually(
      "a download can be seen in the process list",
      async () => {
        for (const { command } of livingProcesses(dwld.marker)) commands.add(command);
        return [...commands].some((command) => command.includes("yt-dlp"));
      },
      { deadlineMs: 60_000 },
    );
    await waitForTask(client, refused, TaskState.FAILED, 90_000);
    await eventually(
      "the sender's login is refused",
      async () => (await client.getStatus({})).processes.some(({ trouble }) => trouble !== ""),
      { deadlineMs: 90_000 },
    );
    const told = JSON.stringify(
      [await client.getTask({ id: refused }), await client.getStatus({})],
      (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
    );
    await ftp.changePassword(ftp.password);
    await waitForTask(client, fine, TaskState.DONE, 150_000);

    const logs = (["api", "worker", "ftp-sender"] as const).map((app) => dwld.output(app)).join("\n");
    assert.match(logs, /"an attempt begins"/);
    const { cookie, proxy, bot } = secrets;
    for (const [name, secret] of Object.entries({ cookie, proxy, bot, "the FTP password": ftp.password })) {
      assert.ok(!logs.includes(secret), `${name} is in a log`);
      assert.ok(!told.includes(secret), `${name} is told to clients`);
      assert.ok(![...commands].join("\n").includes(secret), `${name} is in the process list`);
    }
    // The link is the task's own, and its token is part of it; a log is read by others.
    assert.ok(!logs.includes(secrets.link), "the token of a link is in a log");
    assert.equal((await readFile(join(cookies, "one.txt"), "utf8")).includes(secrets.cookie), true);
  },
);
