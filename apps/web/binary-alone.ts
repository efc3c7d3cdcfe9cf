import type { Plugin } from "esbuild";

/**
 * Leaves the JSON form of messages out of the page, which speaks the binary one: 6.5 of 54 KB, compressed
 * (@bufbuild/protobuf 2.17). @connectrpc/connect imports both forms, whichever a client asks for; errors and ends of streams,
 * which are JSON always, are read by its own code.
 */
export const binaryAlone: Plugin = {
  name: "binary alone",
  setup: (bundler) => {
    bundler.onLoad({ filter: /@bufbuild\/protobuf\/dist\/esm\/(from|to)-json\.js$/ }, ({ path }) => ({
      contents: `
        const refuse = () => { throw new Error("the page has no JSON form of messages"); };
        export const ${names[path.endsWith("from-json.js") ? "from" : "to"].map((name) => `${name} = refuse`).join(", ")};`,
    }));
  },
};

/** If a later version exports more that is used, the build fails. */
const names = {
  from: ["fromJson", "fromJsonString", "mergeFromJson", "mergeFromJsonString", "enumFromJson", "isEnumJson"],
  to: ["toJson", "toJsonString", "enumToJson"],
} as const;
