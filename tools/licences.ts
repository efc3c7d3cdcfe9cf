import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Prints the licence of each package in node_modules, those of tests and tools included. Ends with status 1 if one is not among the
 * permissive ones that dwld's own licence goes with.
 */

const permitted = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT"]);
/**
 * Packages that only tests and the bench load and no installation contains, so that conditions of their distribution do not
 * apply to dwld.
 */
const inTestsOnly: Readonly<Record<string, string>> = { "axe-core": "MPL-2.0", argparse: "Python-2.0" };

type Manifest = { name: string; version: string; license?: string };

const store = join(import.meta.dirname, "../node_modules/.pnpm");

/** Packages in a folder node_modules, with scopes. */
function packagesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@")
        ? readdirSync(join(folder, name)).map((inner) => join(folder, name, inner))
        : [join(folder, name)],
    );
}

const licences = new Map<string, { name: string; license: string }>();
for (const entry of readdirSync(store)) {
  const folder = join(store, entry, "node_modules");
  if (!existsSync(folder)) continue;
  for (const path of packagesIn(folder)) {
    const manifest = join(path, "package.json");
    if (!existsSync(manifest)) continue;
    const { name, version, license = "none" } = JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
    if (!name.startsWith("@dwld/")) licences.set(`${name} ${version}`, { name, license });
  }
}

function isPermitted({ name, license }: { name: string; license: string }): boolean {
  if (inTestsOnly[name] === license) return true;
  return license
    .replaceAll(/[()]/g, "")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((one) => permitted.has(one)));
}

const lines = [...licences].map(([name, { license }]) => `${license}\t${name}\n`);
process.stdout.write(lines.toSorted().join(""));
const others = [...licences].filter(([, licence]) => !isPermitted(licence));
for (const [name, { license }] of others)
  process.stderr.write(
    `${name}: ${license} is none of the licences in tools/licences.ts; replace the package, or add the licence\n`,
  );
process.exitCode = others.length === 0 && licences.size > 0 ? 0 : 1;
