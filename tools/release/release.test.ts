import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
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
  const tree = mkdtempSync(join(tmpdir(), "dwld-tree-"));
  after(() => {
    rmSync(tree, { recursive: true });
  });
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
