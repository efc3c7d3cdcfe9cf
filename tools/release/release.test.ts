import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
function temporary(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

const run = (program: string, ...words: string[]) => execFileSync(program, words, { cwd: root, encoding: "utf8" });
const read = (path: string) => readFileSync(join(root, path), "utf8");

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => !statSync(join(folder, path)).isDirectory())
    .toSorted();
}

test("version: package.json alone has it, and the scripts of a release read it there", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  assert.match(version, /^\d+\.\d+\.\d+(-[a-z]+\.\d+)?$/);
  const manifests = run("git", "ls-files", "*/package.json").trim();
  for (const path of manifests.split("\n"))
    assert.ok(path === "package.json" || !("version" in (JSON.parse(read(path)) as object)), path);
  const told = run("bash", "-c", ". tools/release/version; echo $version $SOURCE_DATE_EPOCH");
  const [same, epoch = ""] = told.trim().split(" ");
  assert.equal(same, version);
  assert.match(epoch, /^\d{10}$/);
});

test("package: it has each file of deploy/systemd and each printed page of make install, and nothing else", () => {
  const tree = temporary("dwld-tree-");
  const command = join(tree, "opt/dwld/bin/dwld");
  mkdirSync(join(command, ".."), { recursive: true });
  writeFileSync(command, '#!/bin/sh\necho "$@"\n');
  chmodSync(command, 0o755);
  run("tools/release/place-files", tree);
  rmSync(join(tree, "opt"), { recursive: true });

  const units = filesBelow(join(root, "deploy/systemd")).map((path) => {
    const folder = /^dwld\.(sysusers|tmpfiles)\.conf$/.exec(path)?.[1];
    return folder === undefined ? `usr/lib/systemd/system/${path}` : `usr/lib/${folder}.d/dwld.conf`;
  });
  const printed = read("deploy/printed.txt")
    .split("\n")
    .filter((line) => !line.startsWith("#") && line !== "");
  const places = printed.map((line) => line.split(/ +/)[2]?.slice(1) ?? "");
  assert.deepEqual(filesBelow(tree), [...units, ...places].toSorted());
  for (const line of printed) {
    const [words = "", , place = ""] = line.split(/ +/);
    assert.equal(readFileSync(join(tree, place), "utf8"), `${words.replace(":", " ")}\n`);
  }
});

test("package: what Debian's scripts name of the units is there", () => {
  const units = readdirSync(join(root, "deploy/systemd"));
  const scripts = readdirSync(join(root, "deploy/debian")).map((name) => read(join("deploy/debian", name)));
  const named = [...scripts.join("\n").matchAll(/\bdwld[a-z-]*@?\d?\*?\.(?:service|target)\b(?!\.)/g)].map(
    ([unit]) => unit,
  );
  assert.ok(named.length > 10);
  for (const unit of named)
    assert.ok(
      units.includes(unit.replace(/@[\d*]*/, "@")) || unit === "dwld.service",
      `${unit} is no unit of deploy/systemd`,
    );
});

test("changelog: its sections are versions with their dates, the newest first, and none is newer than package.json", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  const headings: string[] = read("CHANGELOG.md").match(/^## .*$/gm) ?? [];
  assert.ok(headings.length > 0);
  const released = headings.filter((heading) => heading !== "## [Unreleased]");
  assert.ok(headings.indexOf("## [Unreleased]") <= 0);
  const dates = released.map(
    (heading) => /^## \[\d+\.\d+\.\d+(?:-[a-z]+\.\d+)?\] - (\d{4}-\d{2}-\d{2})$/.exec(heading)?.[1],
  );
  for (const [index, heading] of released.entries()) {
    assert.ok(dates[index] !== undefined, heading);
    assert.ok(index === 0 || dates[index] <= (dates[index - 1] ?? ""), heading);
  }
  if (released.length > 0 && headings.length === released.length)
    assert.match(released[0] ?? "", new RegExp(RegExp.escape(`[${version}]`)));
});

test("release: it begins with a clean checkout and a section of the changelog, and never changes a released version", () => {
  const checkout = temporary("dwld-release-");
  const within = (...words: string[]) => spawnSync(words[0] ?? "", words.slice(1), { cwd: checkout, encoding: "utf8" });
  const commit = () => {
    within("git", "add", "--all");
    within(
      "git",
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@example.org",
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      "a",
    );
  };
  const changelog = (text: string) => {
    writeFileSync(join(checkout, "CHANGELOG.md"), text);
    commit();
  };
  const check = () => within("tools/release/check").stderr;
  mkdirSync(join(checkout, "tools/release"), { recursive: true });
  for (const name of ["check", "version"])
    cpSync(join(import.meta.dirname, name), join(checkout, "tools/release", name));
  writeFileSync(join(checkout, "package.json"), JSON.stringify({ name: "dwld", version: "1.2.0" }, undefined, 2));
  within("git", "init", "--quiet");

  changelog("# Changelog\n\n## [Unreleased]\n\n- New\n\n## [1.1.0] - 2026-01-01\n\n- Old\n");
  assert.match(check(), /CHANGELOG\.md has no section "## \[1\.2\.0\] - YYYY-MM-DD"/);
  changelog("# Changelog\n\n## [1.2.0] - 2026-02-01\n\n## [1.1.0] - 2026-01-01\n\n- Old\n");
  assert.match(check(), /or nothing in it/);
  changelog("# Changelog\n\n## [1.2.0] - 2026-02-01\n\n- New\n");
  assert.equal(check(), "");
  within("git", "tag", "v1.2.0");
  assert.equal(check(), "");
  commit();
  assert.match(check(), /the tag v1\.2\.0 is on another commit/);
  writeFileSync(join(checkout, "uncommitted"), "");
  assert.match(check(), /changes that no commit has/);
});
