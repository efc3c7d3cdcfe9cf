import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/**
 * Writes the descriptions of messages, which the generated code holds in base64, as plain strings: the names in them can then be
 * compressed, 7.8 to 5.8 KB.
 */
export const plainDescriptions: Plugin = {
  name: "plain descriptions",
  setup: (bundler) => {
    bundler.onLoad({ filter: /_pb\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        /fileDesc\("([\w+/=]+)"/,
        (_, base64: string) => `fileDesc(btoa(${asciiLiteral(Buffer.from(base64, "base64").toString("latin1"))})`,
      ),
      loader: "ts",
    }));
  },
};

function asciiLiteral(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007F-\u00FF]/g,
    (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
