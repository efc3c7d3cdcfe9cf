import type { Plugin } from "esbuild";

/**
 * Modules of Node that are loaded when the first of their exports is used, and libraries of one function that are
 * evaluated when it is called first. An `import` loads them at once, which costs a command a third of its time
 * (measured: 50 of 165 ms of CPU for `dwld status`), and reads each of their exports: WebSocket of node:http is Node's
 * whole client of the web, 6 MB of memory in each process (Node 24.21).
 */
const builtIns = ["child_process", "http", "http2", "https", "tls"];
const libraries = ["string-width"];

const builtIn = new RegExp(`^(node:)?(${builtIns.join("|")})$`);
const library = new RegExp(`^(${libraries.join("|")})$`);

export const onDemand: Plugin = {
  name: "on demand",
  setup: (bundler) => {
    bundler.onResolve({ filter: builtIn }, ({ path }) => ({ path, namespace: "built-in" }));
    bundler.onLoad({ filter: /.*/, namespace: "built-in" }, ({ path }) => {
      const exported = Object.keys(process.getBuiltinModule(path) as object);
      const getters = exported.map((name) => `get ${name}() { return load().${name}; }`);
      return {
        contents: `
          let loaded;
          const load = () => (loaded ??= process.getBuiltinModule(${JSON.stringify(path)}));
          module.exports = { ${getters.join(", ")} };`,
      };
    });
    // The `require` of the contents below is let through.
    bundler.onResolve({ filter: library }, ({ path, kind, resolveDir }) =>
      kind === "import-statement" ? { path, namespace: "library", pluginData: resolveDir } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: "library" }, ({ path, pluginData }) => ({
      contents: `export default (...given) => require(${JSON.stringify(path)}).default(...given);`,
      resolveDir: pluginData as string,
    }));
  },
};
