import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { join, matchesGlob } from "node:path";
import { test } from "node:test";
import { execa } from "execa";

const root = join(import.meta.dirname, "../..");
const markdownIn = (folder: string) =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith(".md") ? [join(folder, name)] : []));
const documents = [".", "docs", "docs/decisions"].flatMap(markdownIn);
const decisions = documents.filter((name) => /^docs\/decisions\/\d/.test(name));

/** Returns the path of each file from the root, which is a slash. */
async function pathsInRepository(): Promise<string[]> {
  const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root });
  return stdout.split("\n").map((file) => `/${file}`);
}

test("documents: each file of the program that they name is there, by its path or the end of it", async () => {
  const files = await pathsInRepository();
  const texts = await Promise.all(documents.map((name) => readFile(join(root, name), "utf8")));
  const named = [...texts.join("\n").matchAll(/`([a-z0-9_./-]+\.(?:ts|py|proto))`/g)].map(([, file = ""]) => file);
  assert.ok(named.length > 100, `${named.length} files are named`);
  assert.deepEqual(
    named.filter((file) => !files.some((path) => path.endsWith(`/${file}`))),
    [],
  );
});

/** Where a decision says "`claim-task.test.ts` of the queue", and the like. */
const folders: Readonly<Record<string, string>> = {
  api: "apps/api",
  command: "apps/cli",
  daemon: "packages/daemon",
  delivery: "packages/delivery",
  limits: "packages/limits",
  page: "apps/web",
  progress: "packages/progress",
  queue: "packages/queue",
  sender: "apps/ftp-sender",
  testbed: "testbed",
  timing: "packages/timing",
  tools: "tools",
  worker: "apps/worker",
};

test("documents: each file that holds a decision is in the package of which it is said to be", async () => {
  const paths = await pathsInRepository();
  const owner = new RegExp(String.raw`\bof\s+(?:the\s+)?(${Object.keys(folders).join("|")})\b`);
  const missing: string[] = [];
  for (const decision of decisions) {
    const [held = ""] = /^Held by .*(?:\n.+)*/m.exec(await readFile(join(root, decision), "utf8")) ?? [];
    // Files, their owner, further files, their owner, and a rest that names none.
    const parts = held.split(owner);
    for (let at = 0; at < parts.length; at += 2) {
      const folder = folders[parts[at + 1] ?? ""];
      for (const [, file = ""] of (parts[at] ?? "").matchAll(/`([\w./*-]+\.\w+)`/g)) {
        const isThere = folder !== undefined && paths.some((path) => matchesGlob(path, `/${folder}/**/${file}`));
        if (!isThere) missing.push(`${decision}: ${file} is not in ${folder ?? "any package: of which is it?"}`);
      }
    }
  }
  assert.deepEqual(missing, []);
});

test("documents: each link to a document, and to a heading of one, leads somewhere", async () => {
  for (const name of documents) {
    const text = await readFile(join(root, name), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? join(root, name) : join(root, name, "..", path);
      if (anchor === undefined) await assert.doesNotReject(access(file), `${name}: ${target}`);
      else assert.ok((await anchorsOf(file)).includes(anchor), `${name}: ${target}`);
    }
  }
});

test("documents: each claim of docs/security.md names what holds it", async () => {
  const rows = (await readFile(join(root, "docs/security.md"), "utf8")).match(/^\|.*\|$/gm) ?? [];
  const claims = rows.filter((row) => !row.endsWith("| held by |") && !row.startsWith("| ---"));
  assert.ok(claims.length > 30, `${claims.length} claims`);
  assert.deepEqual(
    claims.filter((row) => !/\| `[^|]+` \|$/.test(row)),
    [],
  );
});

/** As GitHub makes them of headings. */
async function anchorsOf(file: string): Promise<string[]> {
  const headings = [...(await readFile(file, "utf8")).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
