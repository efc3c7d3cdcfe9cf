import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";

const root = join(import.meta.dirname, "../..");
const markdownIn = (folder: string) =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith(".md") ? [join(folder, name)] : []));
const documents = [".", "docs", "docs/decisions"].flatMap(markdownIn);

test("documents: each file of the program that they name is there, by its path or the end of it", async () => {
  const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root });
  const files = stdout.split("\n").map((file) => `/${file}`);
  const texts = await Promise.all(documents.map((name) => readFile(join(root, name), "utf8")));
  const named = [...texts.join("\n").matchAll(/`([a-z0-9_./-]+\.(?:ts|py|proto))`/g)].map(([, file = ""]) => file);
  assert.ok(named.length > 100, `${named.length} files are named`);
  assert.deepEqual(
    named.filter((file) => !files.some((path) => path.endsWith(`/${file}`))),
    [],
  );
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
