import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { BotState, type RegisterDownloaderRequest, RegistryService } from "@dwld/rpc";
import { documentedCommands, eventually, freePort, startDwld, startSampleSite } from "@dwld/testbed";
import { signedRequest } from "./testing/signed-request.ts";

const root = join(import.meta.dirname, "../../..");

/** Makes a folder like a checkout, without the files that the commands make. */
async function makeFolder(cleanup: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-guide-"));
  cleanup.after(() => rm(folder, { recursive: true }));
  for (const name of ["apps", "proto", ".tools"]) await symlink(join(root, name), join(folder, name));
  return folder;
}

/** Runs commands by a shell, in a process group that ends with the test. */
function run(commands: string, folder: string, cleanup: TestContext) {
  // Debian's Python, which has Debian's packages, whatever else is on this machine.
  const env = { ...process.env, PATH: `/usr/bin:${process.env["PATH"] ?? ""}` };
  const child = spawn("/bin/bash", ["-ec", commands], {
    cwd: folder,
    env,
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const stop = () => endGroup(child);
  cleanup.after(stop);
  return {
    child,
    stop,
    says: (pattern: RegExp) =>
      eventually(`it says ${String(pattern)}`, () => pattern.exec(output), {
        deadlineMs: 90_000,
        describe: () => output,
      }),
  };
}

async function endGroup({ pid, exitCode, signalCode }: ChildProcess): Promise<void> {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  process.kill(-pid, "SIGTERM");
  await eventually("its processes have ended", () => !groupLives(pid));
}

function groupLives(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

test("guide: the commands by which the guide writes a bot do what it says, in both languages", async (cleanup) => {
  const blocks = documentedCommands("guide.md", "Write a bot");
  assert.deepEqual(documentedCommands("guide.ru.md", "Свой бот"), blocks);
  const [curl = "", typescript = "", python = ""] = blocks;
  assert.equal(blocks.length, 3);

  const folder = await makeFolder(cleanup);
  await using site = await startSampleSite({ videos: [{ name: "one" }, { name: "two" }] });
  const port = await freePort();
  const here = (commands: string, link: string, http = "") =>
    commands
      .replaceAll(/^sudo .*\n/gm, "")
      .replaceAll("127.0.0.1:9000", `127.0.0.1:${port}`)
      .replaceAll("127.0.0.1:8890", http)
      .replaceAll("https://example.org/video.mp4", link);

  const bot = run(here(typescript, ""), folder, cleanup);
  await bot.says(/^\* listening on /m);
  const dwld = await startDwld({
    apps: ["api", "worker"],
    until: "alive",
    configuration: {
      register: [{ address: `http://127.0.0.1:${port}`, name: "home", secretFile: join(folder, "bot-secret") }],
    },
    cleanup,
  });
  await bot.says(/^\* home is there/m);
  bot.child.stdin.write(`${site.pageLink("one")}\n`);
  await bot.says(/^\S+one: done one/m);
  await bot.stop();
  await eventually(
    "its end was seen",
    async () => {
      const { bots } = await dwld.client.getStatus({});
      return bots[0]?.state === BotState.AWAY;
    },
    { deadlineMs: 60_000 },
  );

  const inPython = run(here(python, site.pageLink("two")), folder, cleanup);
  const exited = once(inPython.child, "exit");
  await inPython.says(/^\d\S+ registered$/m);
  await inPython.says(/^TASK_STATE_DONE two/m);
  assert.deepEqual(await exited, [0, null]);

  const byHand = run(here(curl, site.pageLink("one"), dwld.addresses.http), folder, cleanup);
  const [added = ""] = await byHand.says(/^\{"task":.*\}(?=\{)/m);
  assert.match(added, /"chatId":"42"/);
  const [, snapshot = ""] = await byHand.says(/(\{"revision":.*\})$/m);
  assert.ok(Array.isArray((JSON.parse(snapshot) as { snapshot: { tasks: unknown[] } }).snapshot.tasks));
  await byHand.stop();
});

for (const [language, block] of [
  ["TypeScript", 1],
  ["Python", 2],
] as const)
  test(`guide: bot in ${language}: takes a proof once, and refuses what is forged, stale or malformed`, async (cleanup) => {
    const commands = documentedCommands("guide.md", "Write a bot")[block] ?? "";
    const folder = await makeFolder(cleanup);
    await writeFile(join(folder, "bot-secret"), "geheim\r\n");
    const port = await freePort();
    const start = commands.replaceAll(/^(sudo|openssl) .*\n/gm, "").replace(":9000", `:${port}`);
    const bot = run(start, folder, cleanup);
    await bot.says(/listening on /m);
    const client = createClient(RegistryService, createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` }));
    const ask = async (request: RegisterDownloaderRequest) =>
      client.registerDownloader(request).then(
        () => "taken",
        (error: unknown) => Code[ConnectError.from(error).code],
      );
    assert.equal(await ask(signedRequest({ secret: "another" })), "Unauthenticated");
    assert.equal(await ask({ ...signedRequest(), name: "other" }), "Unauthenticated");
    assert.equal(await ask({ ...signedRequest(), address: "198.51.100.1:1" }), "Unauthenticated");
    assert.equal(await ask(signedRequest({ method: "UnregisterDownloader" })), "Unauthenticated");
    assert.equal(await ask(signedRequest({ atMs: Date.now() - 400_000 })), "FailedPrecondition");
    assert.equal(await ask(signedRequest({ name: "a\nb" })), "InvalidArgument");
    const request = signedRequest({ address: "127.0.0.1:1" });
    assert.equal(await ask(request), "taken");
    assert.equal(await ask(request), "AlreadyExists");
    await bot.says(/127\.0\.0\.1:1/m);
  });

test("guide: a bot on another machine, by token and TLS, line by line in both languages", async (cleanup) => {
  const blocks = documentedCommands("guide.md", "A bot on another machine");
  assert.deepEqual(documentedCommands("guide.ru.md", "Бот на другой машине"), blocks);
  const [make = "", start = ""] = blocks;
  const [certificateLine = "", tokenLine = ""] = make.trim().split("\n");
  const folder = await makeFolder(cleanup);
  await writeFile(join(folder, "bot-secret"), "geheim\n");
  await using site = await startSampleSite({ videos: [{ name: "one" }, { name: "two" }] });
  const port = await freePort();
  const onMachine = async (line: string, pattern: RegExp) => {
    const ran = run(line.replace("sudo dwld", join(root, "bin/dwld")), folder, cleanup);
    const [found = ""] = await ran.says(pattern);
    return found.trim();
  };

  const here = `${certificateLine.replace("home.example", "localhost")} --directory ${folder}/tls`;
  const fingerprint = await onMachine(here, /^ {2}([0-9A-F]{2}:){31}[0-9A-F]{2}$/m);
  const dwld = await startDwld({
    apps: ["api", "worker"],
    until: "alive",
    configuration: {
      api: { tls: { certificateFile: join(folder, "tls/certificate.pem"), keyFile: join(folder, "tls/key.pem") } },
      register: [{ address: `http://127.0.0.1:${port}`, name: "home", secretFile: join(folder, "bot-secret") }],
    },
    cleanup,
  });
  const token = await onMachine(`DWLD_DATA=${dwld.data} ${tokenLine}`, /^dwld_\w+$/m);

  const bot = run(start.replace("0.0.0.0:9000", `127.0.0.1:${port}`), folder, cleanup);
  bot.child.stdin.write(`${token}\n${fingerprint}\n`);
  await bot.says(/^\* home is there/m);
  bot.child.stdin.write(`${site.pageLink("one")}\n`);
  await bot.says(/^\S+one: done one/m);
  await bot.stop();

  const [, , python = ""] = documentedCommands("guide.md", "Write a bot");
  const inPython = run(
    `export DWLD_TOKEN=${token} DWLD_FINGERPRINT=${fingerprint}\n${python}`
      .replaceAll(/^sudo .*\n/gm, "")
      .replace("127.0.0.1:9000", `127.0.0.1:${port}`)
      .replace("https://example.org/video.mp4", site.pageLink("two")),
    folder,
    cleanup,
  );
  await inPython.says(/^TASK_STATE_DONE two/m);
});
