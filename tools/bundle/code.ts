import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { nodeBase64 } from "./node-base64.ts";
import { onDemand } from "./on-demand.ts";

/** CommonJS packages use names that a module does not have. They collide with none in their code. */
const namesOfCommonJs =
  'import { createRequire as bundleCreateRequire } from "node:module"; const require = bundleCreateRequire(import.meta.url), __dirname = import.meta.dirname;';

/** Leaves the line of the names empty where nothing uses them: most of the files that a command loads need neither. */
function withoutUnusedNames(code: string): string {
  const rest = code.slice(namesOfCommonJs.length);
  return /\b(require|__dirname)\b/.test(rest) ? code : rest;
}

/** In a bundle a file lies elsewhere than in a checkout, so that code may not look beside itself. */
function refuseOwnPlaces(root: string, inputs: readonly string[]): void {
  const own = inputs.filter(
    (path) => /^(apps|packages)\/(?!layout\/)[^:]*\.ts$/.test(path) && !path.includes("node_modules"),
  );
  const wrong = own.filter((path) => readFileSync(join(root, path), "utf8").includes("import.meta."));
  if (wrong.length > 0)
    throw new Error(
      `${wrong.join(", ")}: import.meta leads elsewhere in a bundle; use a place of packages/layout/src/places.ts`,
    );
}

/** The packages of a bundle, as folders below the root of the checkout. */
export type BundledPackages = readonly string[];

/** @param inputs files, from the root of the checkout. */
export function packagesOf(inputs: readonly string[]): BundledPackages {
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].toSorted();
}

/**
 * Bundles the command with all processes and packages into a folder: `dwld.js`, a file for each part that is loaded
 * on demand, the addon of SQLite, and source maps without the sources. The same sources make the same bytes, wherever
 * they lie. White space goes and names stay, so that a stack trace can be read.
 *
 * @param root the checkout.
 * @throws if anything cannot be bundled.
 */
export async function bundleCode(root: string, folder: string, version: string): Promise<BundledPackages> {
  const { metafile, warnings, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { dwld: "apps/cli/src/main.ts", "thumbnail-thread": "apps/worker/src/media/thumbnail-thread.ts" },
    // Source maps name the sources from here, wherever the files are written to.
    outdir: "build/lib",
    write: false,
    bundle: true,
    splitting: true,
    chunkNames: "[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: ["dwld-bundle"],
    define: { bundledVersion: JSON.stringify(version) },
    // Its usual entry looks for the addon beside itself, among those of all systems.
    alias: {
      "better-sqlite3": join(root, "packages/queue/node_modules/better-sqlite3/lib", `linux-${process.arch}.js`),
    },
    loader: { ".node": "copy" },
    plugins: [onDemand, nodeBase64],
    banner: { js: namesOfCommonJs },
    minifySyntax: true,
    minifyWhitespace: true,
    // Node prints the line in which an unforeseen error was thrown.
    lineLimit: 200,
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    logLevel: "error",
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  mkdirSync(folder, { recursive: true });
  for (const { path, contents, text } of outputFiles)
    writeFileSync(join(folder, basename(path)), path.endsWith(".js") ? withoutUnusedNames(text) : contents);
  const inputs = Object.keys(metafile.inputs);
  refuseOwnPlaces(root, inputs);
  return packagesOf(inputs);
}
