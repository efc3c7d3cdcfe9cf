import type { Plugin } from "esbuild";

/**
 * Modules of @bufbuild/protobuf (2.17) that the page loads and never runs, with their exports: the JSON form of messages, since
 * it speaks the binary one. Errors and ends of streams, which are JSON always, are read by code of @connectrpc/connect. 6.5 of 54 KB,
 * compressed.
 */
const unused: Readonly<Record<string, readonly string[]>> = {
  "from-json.js": ["enumFromJson", "fromJson", "fromJsonString", "isEnumJson", "mergeFromJson", "mergeFromJsonString"],
  "to-json.js": ["enumToJson", "toJson", "toJsonString"],
};

/** Puts modules that refuse to be called in their place. An export that a later version adds, and that is used, fails the build. */
export const leaveOut: Plugin = {
  name: "leave out",
  setup: (bundler) => {
    for (const [path, names] of Object.entries(unused))
      bundler.onLoad(
        { filter: new RegExp(`@bufbuild/protobuf/dist/esm/${path.replaceAll(".", String.raw`\.`)}$`) },
        () => ({
          contents: `
          const refuse = () => { throw new Error("the page was built without ${path}"); };
          export const ${names.map((name) => `${name} = refuse`).join(", ")};`,
        }),
      );
  },
};
