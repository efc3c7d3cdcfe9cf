import assert from "node:assert/strict";
import { glob, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { execa } from "execa";
import { bundleDwld } from "./bundled-dwld.ts";
import { dwldRoot } from "./dwld-root.ts";
import { startDwld } from "./processes.ts";
import { startSampleSite } from "./sample-site.ts";
import { isThorough } from "./thorough.ts";
import { waitForTask } from "./wait-for-task.ts";

const checkout = resolve(import.meta.dirname, "../..");

/** The installation that a run of many files has made, or one of these tests. */
let root = dwldRoot;
const held = new AsyncDisposableStack();
before(async () => {
  if (root === checkout) ({ root } = held.use(await bundleDwld()));
});
after(() => held.disposeAsync());

/** Runs the command of the bundle where no checkout is, as an installation does. */
async function run(...args: string[]) {
  return await runWith({}, ...args);
}

async function runWith(environment: Record<string, string>, ...args: string[]) {
  // A folder that cannot be written, and no cache from before.
  const env = { NODE_COMPILE_CACHE: "", LC_ALL: "C", ...environment };
  return await execa(join(root, "bin/dwld"), args, { reject: false, cwd: "/", env });
}

/** Node's modules that a program loaded, in its stderr. */
const tellLoaded = `process.once("exit", () => console.error(process.moduleLoadList.join()))`;

/** Returns the files below a folder, without those that are not of the bundle. */
async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const entry of glob("**/*", {
    cwd: folder,
    withFileTypes: true,
    exclude: ({ name }) => name === ".tools" || name === "__pycache__",
  }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      files.set(path.slice(folder.length + 1), await readFile(path));
    }
  return files;
}

test("bundle: the same sources make the same bytes, and none of them name a folder of this machine", async () => {
  await using other = await bundleDwld();
  const [first, second] = [await filesOf(root), await filesOf(other.root)];
  assert.ok(first.has("lib/dwld.js") && first.has("lib/dwld.js.map"), [...first.keys()].join("\n"));
  assert.deepEqual([...first.keys()].toSorted(), [...second.keys()].toSorted());
  for (const [path, bytes] of first) {
    assert.ok(second.get(path)?.equals(bytes), path);
    for (const folder of [checkout, root, `${homedir()}/`]) assert.ok(!bytes.includes(folder), `${path}: ${folder}`);
  }
});

test("bundle: it has the licence of each package in it, and neither packages for developers nor tests", async () => {
  const notices = await readFile(join(root, "THIRD-PARTY-NOTICES.txt"), "utf8");
  for (const name of ["better-sqlite3", "kysely", "zod", "@connectrpc/connect", "basic-ftp", "commander", "preact"])
    assert.match(notices, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+: MIT|^${name} \\d.*: Apache-2\\.0`, "m"), name);
  assert.match(notices, /Permission is hereby granted/);
  const all = [...(await filesOf(root)).keys()];
  assert.ok(all.includes("share/page/index.html.br"), "the page was built with it");
  assert.deepEqual(
    all.filter((path) => /node_modules|\.test\.|fixture|testing|typescript|oxlint/.test(path)),
    [],
  );
});

test("bundle: each command prints its help, and those that need no server do their work", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-bundle-run-"));
  t.after(() => rm(folder, { recursive: true }));
  const manual = await run("man");
  const names = [...manual.stdout.matchAll(/^\.SS "([a-z\\-]+)/gm)].map(([, name = ""]) => name.replaceAll("\\", ""));
  assert.ok(names.length > 20, manual.stdout.slice(0, 2000));
  const [config, failure, absent] = ["dwld.yaml", "failure.txt", "absent.yaml"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(failure, "ERROR: [youtube] x: Private video\n");
  await writeFile(config, JSON.stringify({ data: join(folder, "data"), worker: { ytdlp: { command: ["no-such"] } } }));
  const expected: [string[], number, RegExp][] = [
    ...(isThorough ? new Set(names) : ["add"])
      .values()
      .map((name): [string[], number, RegExp] => [[name, "--help"], 0, /^Usage: dwld /]),
    [["--version"], 0, /^\d+\.\d+\.\d+$/],
    ...["bash", "zsh", "fish"].map((shell): [string[], number, RegExp] => [["completion", shell], 0, /dwld/]),
    [["complete", "--", "st"], 0, /status/],
    [["explain", failure], 0, /^class +private/],
    [["config", "check", config], 0, /no mistakes/],
    [["config", "show", config], 0, /^database:/m],
    [["config", "schema"], 0, /"\$schema"/],
    [["doctor", "--config", config], 1, /^failure +yt-dlp/m],
    [["ytdlp", "--config", config], 1, /no-such/],
    [["backup", "--config", config, join(folder, "backup.sqlite")], 1, /dwld\.sqlite/],
    [["logs", "--config", config], 1, /there is no log/],
    [["status", "--server", "http://127.0.0.1:1"], 1, /127\.0\.0\.1:1/],
    [["up", "--config", absent], 78, /^dwld up: .*absent\.yaml: does not exist/],
    [["worker", "--config", absent], 78, /^dwld worker: .*absent\.yaml: does not exist/],
  ];
  const queue = expected.values();
  const next = async (): Promise<void> => {
    for (const [args, status, words] of queue) {
      const { exitCode, stdout, stderr } = await run(...args);
      assert.equal(exitCode, status, `${args.join(" ")}: ${stdout}${stderr}`);
      assert.match(`${stdout}${stderr}`, words, args.join(" "));
    }
  };
  await Promise.all([next(), next()]);
});

test("bundle: dwld up runs from it, and a link becomes a file, which the page gives", async (t) => {
  await using site = await startSampleSite({ videos: [{ name: "gulls", title: "Gulls", seconds: 2 }] });
  const running = await startDwld({
    apps: ["up"],
    checkout: root,
    configuration: { worker: { parallel: 1 } },
    cleanup: t,
  });
  const { task } = await running.client.addTask({ link: site.pageLink("gulls") });
  const done = await waitForTask(running.client, task?.id ?? "", TaskState.DONE);
  assert.equal(done.files.length, 1);
  assert.match((await run("logs", "--config", running.configurationFile, done.id)).stdout, /"an attempt begins"/);

  const server = `http://${running.addresses.http}`;
  const page = await fetch(server, { headers: { accept: "text/html" } });
  assert.match(await page.text(), /src="assets\/page-/);
  const download = await fetch(`${server}/${done.files[0]?.downloadPath ?? ""}`);
  assert.equal((await download.bytes()).length, Number(done.files[0]?.sizeBytes));
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(tellLoaded)}`;
  const status = await runWith({ NODE_OPTIONS }, "status", "--server", server);
  assert.match(status.stdout, /1 done/);
  const loaded = status.stderr.split(/,?NativeModule /).map((rest) => rest.split(",", 1)[0]);
  assert.ok(loaded.includes("http"), status.stderr);
  const costly = ["internal/deps/undici/undici", "http2", "https", "tls", "crypto", "child_process"];
  assert.deepEqual(
    costly.filter((name) => loaded.includes(name)),
    [],
    "a third of the time of each command",
  );
});
