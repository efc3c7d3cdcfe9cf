import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { execa } from "execa";

const deployed = join(import.meta.dirname, "../../../deploy/systemd");

const root = await mkdtemp(join(tmpdir(), "dwld-units-"));
after(() => rm(root, { recursive: true }));
const units = join(root, "etc/systemd/system");
await mkdir(units, { recursive: true });
for (const name of await readdir(deployed)) await cp(join(deployed, name), join(units, name), { recursive: true });
// systemd-analyze takes instances alone.
await rename(join(units, "dwld-worker@.service"), join(units, "dwld-worker@1.service"));
await mkdir(join(root, "opt/dwld/bin"), { recursive: true });
await writeFile(join(root, "opt/dwld/bin/dwld"), "", { mode: 0o755 });

for (const [unit, most] of [
  ["dwld-api.service", 1.5],
  ["dwld-ftp-sender.service", 1.5],
  ["dwld-worker@1.service", 2],
] as const)
  test(`units: the exposure of ${unit} is at most ${most}`, async (t) => {
    const options = ["--offline=yes", `--root=${root}`, `--threshold=${most * 10}`, "--no-pager"];
    const { all, exitCode, code } = await execa("systemd-analyze", ["security", ...options, unit], {
      all: true,
      reject: false,
    });
    if (code === "ENOENT") return t.skip("NOT TESTED: this machine has no systemd-analyze");
    assert.match(all, /Overall exposure level/);
    assert.equal(exitCode, 0, all);
  });
