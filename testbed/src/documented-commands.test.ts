import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { execa } from "execa";
import { dwldRoot } from "./dwld-root.ts";
import { documentedCommands } from "./documented-commands.ts";
import { idleYtdlp } from "./idle-ytdlp.ts";
import { startDwld } from "./processes.ts";
import { startSampleSite } from "./sample-site.ts";
import { startVsftpd } from "./vsftpd.ts";

const root = join(import.meta.dirname, "../..");

async function makeFolder(cleanup: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-commands-"));
  cleanup.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** Runs commands as documented until one fails, and returns their output, each after its own line. */
async function run(commands: string, cwd: string, environment: Record<string, string>): Promise<string> {
  const env = { ...environment, PATH: `${join(dwldRoot, "bin")}:${process.env["PATH"] ?? ""}` };
  const { exitCode, all } = await execa("/bin/bash", ["-evc", commands], { cwd, env, all: true, reject: false });
  assert.equal(exitCode, 0, all);
  return all;
}

test("documents: the everyday commands of the guide do what it says, and are the same in both languages", async (cleanup) => {
  const [commands = ""] = documentedCommands("guide.md", "Every day");
  const bare = (text: string) => text.replaceAll(/ *#.*$/gm, "");
  const [inRussian = ""] = documentedCommands("guide.ru.md", "Каждый день");
  assert.equal(bare(inRussian.replaceAll("ССЫЛКА", "LINK")), bare(commands));

  const folder = await makeFolder(cleanup);
  await using site = await startSampleSite({ videos: [{ name: "one" }] });
  const { client, addresses } = await startDwld({
    apps: ["api", "worker", "ftp-sender"],
    until: "alive",
    // Added links must wait: one link of this site a day.
    configuration: { sites: { other: { hosts: ["videos.invalid"], startIntervalSeconds: 86_400 } } },
    cleanup,
  });
  await writeFile(join(folder, "links.txt"), `${site.mediaLink("one")}\n`);
  const { task } = await client.addTask({ link: "https://videos.invalid/first" });
  const said = await run(
    bare(commands)
      .replaceAll("LINK", "https://videos.invalid/video")
      .replaceAll(/\bID\b/g, task?.id ?? "")
      // It never ends: reads its first lines alone.
      .replace("dwld watch\n", 'exec {told}< <(exec dwld watch); read -r <&"$told"; kill $!\n'),
    folder,
    { DWLD_SERVER: `http://${addresses.http}` },
  );
  assert.match(said, /^dwld sites\n(.*\n)*other /m);
  const { tasks } = await client.listTasks({});
  assert.ok(
    tasks.some(({ link, userName, folder: path }) => link.endsWith("/video") && userName === "ann" && path === "films"),
  );
  assert.ok(!tasks.some(({ id }) => id === task?.id), "it was deleted");
});

test("documents: the commands by which the operator looks after dwld do what the documentation says", async (cleanup) => {
  const commands = [
    ...documentedCommands("operations.md", "Is all well?"),
    documentedCommands("operations.md", "Backup")[0] ?? "",
  ];
  assert.equal(commands.length, 3);
  const folder = await makeFolder(cleanup);
  await using server = await startVsftpd();
  const { addresses, configurationFile } = await startDwld({
    apps: ["api"],
    // Asking a real yt-dlp about itself, five times over, is held by ytdlp-report.test.ts.
    configuration: {
      ftp: server.configuration,
      worker: { ytdlp: { command: idleYtdlp } },
      notify: { targets: [{ email: { to: "you@mail.example", sendmail: "/usr/bin/true" } }] },
    },
    cleanup,
  });
  const said = await run(
    commands
      .join("")
      .replaceAll(/^sudo /gm, "")
      .replaceAll("/var/backups", folder),
    folder,
    { DWLD_SERVER: `http://${addresses.http}`, DWLD_CONFIG: configurationFile },
  );
  assert.match(said, /^ok +read back +the same bytes come back$/m);
  assert.match(said, /^accepted +email you@mail\.example/m);
  assert.match(said, /^no mistakes in \S+$/m);
  assert.match(said, /\.sqlite: \S+ with 0 tasks, .* found intact$/m);
  assert.ok("properties" in (JSON.parse(await readFile(join(folder, "dwld.schema.json"), "utf8")) as object));
});

test("documents: make has each target that the documents name, and each of them once", async () => {
  const documents = [
    "README.md",
    "docs/guide.md",
    "docs/guide.ru.md",
    "docs/operations.md",
    "docs/operations.ru.md",
    "docs/architecture.md",
  ];
  const texts = await Promise.all(documents.map((name) => readFile(join(root, name), "utf8")));
  const named = [...texts.join("\n").matchAll(/(?:^|`|sudo )make ([a-z]+)/gm)].map(([, target = ""]) => target);
  const targets = [...new Set(named)];
  assert.ok(targets.includes("install") && targets.includes("chaos"), targets.join(" "));
  // make warns if a rule occurs twice.
  // make may have started this test: its variables are not for the make below.
  const env = { MAKEFLAGS: undefined, MAKELEVEL: undefined, PURGE: undefined };
  const { stdout, stderr } = await execa("make", ["--dry-run", ...targets], { cwd: root, env });
  assert.equal(stderr, "");
  assert.match(stdout, /^deploy\/install$/m);
  assert.match(stdout, /^PURGE= deploy\/uninstall$/m);
});
