import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parseConfiguration } from "@dwld/daemon";
import { changeYtdlpVersions, openDatabase } from "@dwld/queue";
import { dwldCommand as dwld, idleYtdlp } from "@dwld/testbed";
import { execa } from "execa";
import { programEnvironment } from "../process/program-environment.ts";
import { beginTrial, keep } from "../ytdlp-versions/version-states.ts";
import { inspectInstallation } from "./installation.ts";
import type { YtdlpReport } from "./report.ts";
import { inspectYtdlps } from "./ytdlp-report.ts";

const environment = programEnvironment(process.env);
/** Where it does not matter which yt-dlp answers: asking the real one takes a second of CPU. */
const idle = idleYtdlp.join(" ");
let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-report-"));
});
after(async () => {
  await rm(folder, { recursive: true });
});

async function report(ytdlp: string, ...args: string[]) {
  const file = join(folder, "dwld.yaml");
  await writeFile(file, `worker: { ytdlp: ${ytdlp} }`);
  return await execa(dwld, ["ytdlp", "--config", file, ...args], { reject: false });
}

test("yt-dlp report: shows both installed versions with their age and what they lack, and ends with 0", async () => {
  const { exitCode, stdout, stderr } = await report(
    "{ commands: { newest: [yt-dlp], debian: [yt-dlp-debian] } }",
    "--json",
  );
  assert.deepEqual([exitCode, stderr], [0, ""]);
  const { used, commands, warnings } = JSON.parse(stdout) as YtdlpReport;
  assert.equal(used, "newest");
  const [newest, debian] = commands;
  assert.ok(newest?.works === true && debian?.works === true);
  assert.deepEqual([newest.version, debian.version], ["2026.10.26", "2025.04.30"]);
  assert.equal(newest.javaScript, `node-${process.versions.node}`);
  assert.deepEqual([newest.compiled, newest.zipapp, debian.compiled, debian.zipapp], [true, false, true, false]);
  const aboutDebian = warnings.filter(({ ytdlp }) => ytdlp === "debian").map(({ warning }) => warning);
  assert.ok(aboutDebian.some((warning) => warning.includes("days old")));
  assert.ok(aboutDebian.some((warning) => warning.includes("JavaScript runtime")));
  assert.ok(!warnings.some(({ ytdlp, warning }) => ytdlp === "newest" && warning.includes("JavaScript")));
});

test("yt-dlp report: one that can imitate browsers lacks no stage for it, and one that cannot says how it gets there", async () => {
  // The table of a yt-dlp with curl_cffi (2026.10.26).
  const table =
    "[info] Available impersonate targets\nClient      OS          Source\n--------------------------------------\nChrome-136  Macos-15    curl_cffi\n";
  const standIn = join(folder, "with-curl-cffi");
  const script = `#!/bin/sh\ncase " $* " in *" --list-impersonate-targets "*) printf '%s' '${table}'; exit ;; esac\nexec ${idle} "$@"\n`;
  await writeFile(standIn, script, { mode: 0o755 });
  const able = await report(`{ command: [${standIn}] }`);
  assert.doesNotMatch(able.stdout, /curl_cffi/);
  assert.match(able.stdout, /^8 stages are left out: .*\n(?! +browser)/m);
  const unable = await report("{}");
  assert.match(
    unable.stdout,
    /^warning: default: it cannot imitate a browser.*pip install "yt-dlp\[default,curl-cffi\]"/m,
  );
  assert.match(unable.stdout, /^9 stages are left out: .*1 needs curl_cffi/m);
});

test("yt-dlp report: ends with 1 if the first does not work, and shows the others", async () => {
  const { exitCode, stdout } = await report(`{ commands: { absent: [no-such-yt-dlp], other: [${idle}] } }`);
  assert.equal(exitCode, 1);
  assert.match(stdout, /^absent: no-such-yt-dlp\n {2}does not work\n/);
  assert.match(stdout, /\nother \(used\): .*\/idle-yt-dlp\n/);
  assert.match(stdout, /warning: absent: .*there is no such program/);
});

test("yt-dlp report: a wrong command line and a wrong configuration have their own exit statuses", async () => {
  assert.equal((await report("{}", "--jsn")).exitCode, 2);
  const wrong = await report("{ command: x }");
  assert.equal(wrong.exitCode, 78);
  assert.match(wrong.stderr, /worker\.ytdlp\.command: "x" is a text/);
});

test("yt-dlp report: tells modules without .pyc and a zip file from an installation that starts fast", async () => {
  const modules = join(folder, "modules");
  await mkdir(join(modules, "yt_dlp"), { recursive: true });
  // Python would compile all of the real one.
  const main = "from .version import version\ndef main():\n    print(version)\n";
  await writeFile(join(modules, "yt_dlp/__init__.py"), main);
  await writeFile(join(modules, "yt_dlp/version.py"), "version = '2026.10.26'\n");
  const uncompiled = ["env", `PYTHONPATH=${modules}`, "/usr/bin/python3", "/usr/bin/yt-dlp"] as const;
  assert.deepEqual(await inspectInstallation({ name: "a", command: uncompiled }, environment), {
    kind: "modules",
    folder: join(modules, "yt_dlp"),
    compiled: false,
  });

  await writeFile(join(modules, "__main__.py"), "import sys, yt_dlp\nsys.exit(yt_dlp.main())\n");
  const zip = join(folder, "yt-dlp.pyz");
  await execa("/usr/bin/python3", ["-m", "zipapp", modules, "-o", zip, "-p", "/usr/bin/python3"]);
  assert.deepEqual(await inspectInstallation({ name: "b", command: [zip] }, environment), { kind: "zipapp" });

  const installed = await inspectInstallation({ name: "c", command: ["yt-dlp-debian"] }, environment);
  assert.deepEqual(installed, { kind: "modules", folder: "/usr/lib/python3/dist-packages/yt_dlp", compiled: true });
  assert.deepEqual(await inspectInstallation({ name: "d", command: ["echo"] }, environment), { kind: "unknown" });
});

test("yt-dlp report: a fetched version that a stage names is inspected and leaves the stage in, and a candidate is neither", async () => {
  const data = join(folder, "fetched");
  const [named, tried] = ["2026.09.01", "2026.11.20"];
  const text = `data: ${data}\ndatabase: { path: dwld.sqlite }\nhost: here\nstages: { old: { ytdlp: ${named} } }\n`;
  const configuration = parseConfiguration(text, { file: join(folder, "dwld.yaml") });
  await mkdir(join(data, "yt-dlp/versions", named), { recursive: true });
  await writeFile(join(data, "yt-dlp/versions", named, "yt-dlp"), `#!/bin/sh\nexec ${idle} "$@"\n`, { mode: 0o755 });
  const database = await openDatabase(configuration.database);
  const fetched = (version: string) => ({ host: "here", version, origin: "stable" });
  await changeYtdlpVersions(database, "here", () => beginTrial(keep([], fetched(named), 1), fetched(tried), 1));
  await database.close();
  const { commands, leftOut } = await inspectYtdlps(configuration, process.env);
  assert.deepEqual(
    commands.map(({ name, works }) => [name, works]),
    [
      ["default", true],
      [named, true],
    ],
  );
  assert.deepEqual(
    leftOut.filter(({ stage }) => stage === "old"),
    [],
  );
});
