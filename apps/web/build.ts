import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, type BuildOptions } from "esbuild";
import { leaveOut } from "./leave-out.ts";
import { oneLaterFile } from "./one-later-file.ts";
import { plainDescriptions } from "./plain-descriptions.ts";

const here = import.meta.dirname;

const shared = {
  absWorkingDir: here,
  outdir: "dist",
  write: false as const,
  bundle: true,
  format: "esm" as const,
  platform: "browser" as const,
  target: ["es2024", "chrome123", "firefox120", "safari17.5"],
  minify: true,
  plugins: [leaveOut, plainDescriptions, oneLaterFile(join(here, "src"), "main.tsx")],
  // Cyrillic as it is: escaped, a letter has six bytes instead of two.
  charset: "utf8" as const,
  legalComments: "none" as const,
  metafile: true,
  logLevel: "error" as const,
} satisfies BuildOptions;

/**
 * Makes the page in a folder, which the api serves, and returns the paths of its sources from here.
 *
 *   index.html          the one document
 *   assets/NAME-HASH.*  code and styles, which never change under their names
 *   service-worker.js   answers with the page while the server is away
 *   version.json        tells an open page that the server has another one
 *   the files of static/
 *
 * Each text has a .br and a .gz beside it. The same sources make the same bytes.
 */
export async function buildPage(folder: string): Promise<string[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "assets"), { recursive: true });
  const page = await build({
    ...shared,
    entryPoints: { page: "src/main.tsx" },
    entryNames: "assets/[name]-[hash]",
    chunkNames: "assets/[name]-[hash]",
    splitting: true,
  });
  // The browser asks for what the first script imports at once with that script.
  const [first] = Object.values(page.metafile.outputs).filter(({ entryPoint }) => entryPoint === "src/main.tsx");
  const preloads = (first?.imports ?? [])
    .filter(({ kind }) => kind === "import-statement")
    .map(({ path }) => `<link rel="modulepreload" href="assets/${basename(path)}" />`);
  // The styles of what is loaded by need are in those of the page, too.
  const assets = page.outputFiles
    .map(({ path, contents }) => ({ name: basename(path), contents }))
    .filter(({ name }) => !name.endsWith(".css") || name.startsWith("page-"));
  for (const { name, contents } of assets) writeFileSync(join(folder, "assets", name), contents);
  const entry = (extension: string): string =>
    `assets/${only(assets, new RegExp(String.raw`^page-\w+\.${extension}$`))}`;
  const document = readFileSync(join(here, "index.html"), "utf8")
    .replace("{{style}}", entry("css"))
    .replace("{{script}}", entry("js"))
    .replace("{{preloads}}", preloads.join("\n    "));
  const staticNames = readdirSync(join(here, "static")).toSorted();
  const hash = createHash("sha256").update(document);
  for (const name of staticNames) hash.update(readFileSync(join(here, "static", name)));
  const version = hash.digest("hex").slice(0, 12);
  writeFileSync(join(folder, "index.html"), document.replace("{{version}}", version));
  writeFileSync(join(folder, "version.json"), JSON.stringify({ version }));
  cpSync(join(here, "static"), folder, { recursive: true });
  const kept = ["./", ...assets.map(({ name }) => `assets/${name}`), ...staticNames];
  const worker = await build({
    ...shared,
    entryPoints: { "service-worker": "src/service-worker.ts" },
    format: "iife",
    define: { pageVersion: JSON.stringify(version), keptPaths: JSON.stringify(kept) },
  });
  for (const { path, contents } of worker.outputFiles) writeFileSync(join(folder, basename(path)), contents);

  for (const { parentPath, name } of readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (found) => found.isFile() && /\.(html|js|css|svg|json|webmanifest)$/.test(found.name),
  )) {
    const path = join(parentPath, name);
    const contents = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(contents, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length };
    writeFileSync(`${path}.br`, brotliCompressSync(contents, { params }));
  }
  return [page, worker].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

function only(found: readonly { name: string }[], pattern: RegExp): string {
  const [first, second] = found.filter(({ name }) => pattern.test(name));
  if (first === undefined || second !== undefined) throw new Error(`not one file is like ${pattern}`);
  return first.name;
}

if (import.meta.main) {
  const [target] = process.argv.slice(2);
  if (target === undefined) {
    console.error("usage: node apps/web/build.ts FOLDER");
    process.exit(2);
  }
  await buildPage(resolve(target));
}
