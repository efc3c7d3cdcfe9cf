import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Plugin } from "esbuild";

const later = "everything-later";

/**
 * Puts all that the page imports on demand into one file, which the first demand loads. With a file for each, what they share makes
 * twenty files that are compressed one by one: 10 of 112 KB more.
 */
export function oneLaterFile(sources: string, entry: string): Plugin {
  return {
    name: "one later file",
    setup: (bundler) => {
      bundler.onResolve({ filter: /^\./ }, ({ kind }) =>
        kind === "dynamic-import" ? { path: later, namespace: later } : undefined,
      );
      bundler.onLoad({ filter: /.*/, namespace: later }, () => {
        const modules = modulesOnDemand(sources);
        refuseSameNames(modules.map((path) => readFileSync(join(sources, path), "utf8")));
        // The later file imports the first one, too: else what both need would be a third.
        const imports = [
          `import "./${entry}";`,
          ...modules.map((path) => `export * from ${JSON.stringify(`./${path}`)};`),
        ];
        return { contents: imports.join("\n"), resolveDir: sources };
      });
    },
  };
}

/** Returns the modules that any other imports on demand, as paths below the sources. */
function modulesOnDemand(sources: string): string[] {
  const found = globSync("**/*.{ts,tsx}", { cwd: sources, exclude: ["**/testing/**", "**/*.test.ts"] }).flatMap(
    (path) =>
      Array.from(readFileSync(join(sources, path), "utf8").matchAll(/\bimport\("(\.[^"]+)"\)/g), ([, to = ""]) =>
        relative(sources, join(sources, dirname(path), to)),
      ),
  );
  return [...new Set(found)].toSorted();
}

/** A name that two modules export would be missing from what `export *` makes of both. */
function refuseSameNames(modules: readonly string[]): void {
  const names = modules.flatMap((code) =>
    Array.from(code.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm), ([, name = ""]) => name),
  );
  const again = names.filter((name, at) => names.indexOf(name) !== at);
  if (again.length > 0) throw new Error(`two parts that are loaded on demand export ${again.join(", ")}: rename one`);
}
