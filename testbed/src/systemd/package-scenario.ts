import assert from "node:assert/strict";
import { access, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TaskState } from "@dwld/rpc";
import { eventually } from "@dwld/timing/testing";
import type { Guarantee } from "./guarantees.ts";
import { active, checkout, invocations, must, patient, property, run, units } from "./machine.ts";
import { add, arrived, inState, startWorld, type World } from "./world.ts";

/** The life of dwld as a Debian package, from dpkg -i to dpkg --purge. Runs as scenario.ts does. */

const settings = "/etc/dwld/dwld.yaml";
const backups = "/var/backups/dwld";
const [, worker, sender] = units;

const names = (await readdir(join(checkout, "dist"))).filter((name) => /^dwld_.*\.deb$/.test(name));
assert.equal(names.length, 1, `make deb first; dist has ${names.join(", ") || "no package"}`);
const deb = join(checkout, "dist", names[0] ?? "");

// Of a machine that starts no services while packages are installed.
await rm("/usr/sbin/policy-rc.d", { force: true });
await besideInstallation();
await installation();
await using world = await oneDelivered();
await upgrade(world);
await withoutBackup();
await wrongSettings();
await operatorsUnits();
await removal();

function holds(guarantee: Guarantee): void {
  console.log(`ok ${guarantee}`);
}

async function dpkg(...words: string[]) {
  return await run("dpkg", ...words);
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function allActive(): Promise<void> {
  for (const unit of ["dwld.target", ...units]) assert.equal(await property(unit, "ActiveState"), "active", unit);
}

/** Makes the next version of the package: the same files, packed at once. */
async function nextVersion(version: string): Promise<string> {
  const folder = `/tmp/dwld-${version}`;
  await must("dpkg-deb", "-R", deb, folder);
  const control = join(folder, "DEBIAN/control");
  await writeFile(control, (await readFile(control, "utf8")).replace(/^Version: .*$/m, `Version: ${version}`));
  await must("dpkg-deb", "-Znone", "-b", folder, `${folder}.deb`);
  await rm(folder, { recursive: true });
  return `${folder}.deb`;
}

async function besideInstallation(): Promise<void> {
  for (const other of ["/opt/dwld/.installed", "/etc/systemd/system/dwld-api.service"]) {
    await mkdir(join(other, ".."), { recursive: true });
    await writeFile(other, "");
    const beside = await dpkg("-i", deb);
    assert.notEqual(beside.exitCode, 0);
    assert.match(beside.stderr, other.startsWith("/opt") ? /sudo make uninstall/ : /another dwld is installed here/);
    await rm(other);
    await rm("/opt/dwld", { recursive: true, force: true });
    assert.equal(await isThere("/usr/bin/dwld"), false);
  }
  await dpkg("--purge", "dwld");
  holds("the package beside a make install changes nothing and says so");
}

async function installation(): Promise<void> {
  await must("dpkg", "-i", deb);
  await allActive();
  for (const unit of ["dwld.target", units[0], sender])
    assert.equal((await run("systemctl", "is-enabled", unit)).stdout, "enabled", unit);
  assert.match(await must("getent", "passwd", "dwld"), /^dwld:/);
  assert.match(await must("/usr/bin/dwld", "status"), /queued/);
  assert.match(await must("dwld", "config", "init", "--no-ftp"), new RegExp(`^wrote ${settings}$`, "m"));
  assert.equal(await must("stat", "-c", "%a %U %G", settings), "640 root dwld");
  assert.equal(await must("stat", "-c", "%a %U %G", "/etc/dwld/secrets/api"), "700 root root");
  const { version } = JSON.parse(await must("dwld", "version", "--json")) as { version: string };
  assert.equal(await must("dpkg-query", "-W", "-f", "${Version}", "dwld"), version.replace("-", "~"));
  holds("the package asks nothing, and puts up the user, the command and three running units");

  assert.equal(await must("zcat", "/usr/share/man/man1/dwld.1.gz"), await must("dwld", "man"));
  const completions = {
    bash: "bash-completion/completions/dwld",
    zsh: "zsh/vendor-completions/_dwld",
    fish: "fish/vendor_completions.d/dwld.fish",
  };
  for (const [shell, place] of Object.entries(completions))
    assert.equal(await must("cat", join("/usr/share", place)), await must("dwld", "completion", shell));
  for (const document of ["docs/guide.md", "examples/dashboard.json", "THIRD-PARTY-NOTICES.txt", "copyright"])
    assert.ok(await isThere(join("/usr/share/doc/dwld", document)), document);
  holds("the package has its manual page, its completions and its documents where they are looked for");
}

async function oneDelivered(): Promise<World> {
  await symlink("ftp-sender/ftp-password", "/etc/dwld/secrets/ftp-password");
  const told = await startWorld("dwld-*.service");
  await arrived(told, await add(told, "first"));
  holds("a link is delivered by the units of the package");

  const beside = await run("make", "install");
  assert.notEqual(beside.exitCode, 0);
  assert.match(beside.stderr, /installed here as a Debian package/);
  await allActive();
  holds("make install beside the package changes nothing and says so");
  return told;
}

async function upgrade(told: World): Promise<void> {
  const edited = await readFile(settings, "utf8");
  const slow = await add(told, "slow");
  await inState(slow, TaskState.DOWNLOADING);
  const before = await invocations();
  const targetBefore = await property("dwld.target", "InvocationID");
  await must("dpkg", "-i", await nextVersion("9.0"));
  await allActive();
  const after = await invocations();
  for (const [index, id] of after.entries()) assert.notEqual(id, before[index], units[index]);
  assert.equal(await property("dwld.target", "InvocationID"), targetBefore);
  for (const unit of units) {
    const starts = (await must("journalctl", "-u", unit, "-o", "cat")).match(/^Started /gm);
    assert.ok((starts ?? []).length <= 3, `${unit} was started ${starts?.length} times`);
  }
  assert.equal(await readFile(settings, "utf8"), edited);
  assert.equal((await readdir(backups)).length, 1);
  await arrived(told, slow);
  holds("an upgrade backs up the table, keeps edited settings, restarts each unit once, and what was in work arrives");
}

async function withoutBackup(): Promise<void> {
  const before = await invocations();
  await rename(backups, `${backups}.aside`);
  await writeFile(backups, "");
  const next = await nextVersion("9.1");
  const refused = await dpkg("-i", next);
  assert.notEqual(refused.exitCode, 0);
  assert.match(refused.all, /the task table was not backed up .* so nothing was changed/);
  assert.deepEqual(await invocations(), before);
  assert.equal(await must("dpkg-query", "-W", "-f", "${Version} ${db:Status-Status}", "dwld"), "9.0 installed");
  await must("env", "OWN_BACKUP=1", "dpkg", "-i", next);
  await rm(backups);
  await rename(`${backups}.aside`, backups);
  holds("an upgrade whose backup fails stops nothing, says why, and is done with OWN_BACKUP=1");
}

async function wrongSettings(): Promise<void> {
  const right = await readFile(settings, "utf8");
  const before = await invocations();
  await writeFile(settings, right.replace('"data"', '"date"'));
  // The version before cannot run with them either, and so makes no backup.
  const refused = await run("env", "OWN_BACKUP=1", "dpkg", "-i", await nextVersion("9.2"));
  assert.notEqual(refused.exitCode, 0);
  assert.match(refused.all, /date[^]*This version cannot run with \/etc\/dwld\/dwld\.yaml[^]*dpkg --configure dwld/);
  assert.deepEqual(await invocations(), before);
  await allActive();
  await writeFile(settings, right);
  await must("dpkg", "--configure", "dwld");
  await allActive();
  assert.notDeepEqual(await invocations(), before);
  holds("an upgrade that cannot run with the settings stops nothing, says why, and is carried on");
}

async function operatorsUnits(): Promise<void> {
  await must("systemctl", "disable", "--now", sender);
  await must("systemctl", "mask", "--now", worker);
  await must("dpkg", "-i", await nextVersion("9.3"));
  assert.equal((await run("systemctl", "is-enabled", sender)).stdout, "disabled");
  for (const unit of [worker, sender]) assert.equal(await property(unit, "ActiveState"), "inactive", unit);
  await must("systemctl", "unmask", worker);
  await must("systemctl", "enable", "--now", worker, sender);
  await allActive();
  holds("a unit that the operator disabled or masked stays so over an upgrade");
}

async function removal(): Promise<void> {
  await must("dpkg", "-r", "dwld");
  assert.equal((await run("pgrep", "-u", "dwld")).stdout, "");
  for (const path of ["/opt/dwld", "/usr/bin/dwld", "/usr/lib/systemd/system/dwld.target.wants"])
    assert.equal(await isThere(path), false, path);
  for (const path of [settings, "/var/lib/dwld/dwld.sqlite"]) assert.equal(await isThere(path), true, path);
  await must("dpkg", "-i", deb);
  await active(units[0], "0");
  await eventually("the api answers", async () => (await run("dwld", "status")).exitCode === 0, patient);
  const { tasks } = JSON.parse(await must("dwld", "list", "--json")) as { tasks: unknown[] };
  assert.ok(tasks.length >= 2);
  holds("a package that is removed leaves tasks, videos and settings alone, and a later one finds them");

  await must("dpkg", "--purge", "dwld");
  const { stdout } = await run(
    "find",
    "/opt",
    "/etc",
    "/usr",
    "/var/lib",
    "-xdev",
    "-name",
    "*dwld*",
    "-not",
    "-path",
    "/var/lib/dpkg/*",
  );
  assert.equal(stdout, "");
  assert.match(await must("getent", "passwd", "dwld"), /^dwld:/);
  holds("a package that is purged leaves the user alone");
}
