import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isSystemError } from "@dwld/text";
import { mediaTypeOf } from "../media-types.ts";

/** Lists the encodings, the best first, each with the extension of its file beside the plain one. */
export const encodings = { br: ".br", gzip: ".gz" } as const;
export type Encoding = keyof typeof encodings;

/** A file of the page, which is kept in memory. */
export type StaticFile = {
  readonly type: string;
  /** Whether the name has a hash of the content, so that the content never changes under it. */
  readonly isImmutable: boolean;
  /** Strong entity tag of the plain content, without quotes. */
  readonly hash: string;
  readonly content: Buffer;
  /** The forms of the content that the build of the page compressed. */
  readonly encoded: Partial<Record<Encoding, Buffer>>;
};

/** The files of the page by the path of their URL, such as "/assets/page-5XQKD2.js". */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

/** Reads the page that was built in a folder. Without a document there is none, and no file of it. */
export function readStaticFiles(folder: string): StaticFiles {
  const names = filesBelow(folder).map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  if (!names.includes("index.html")) return new Map();
  const isEncoded = (name: string) =>
    Object.values(encodings).some((extension) => name.endsWith(extension) && names.includes(name.slice(0, -3)));
  const plain = names.filter((name) => !isEncoded(name));
  return new Map(
    plain.map((name) => {
      const content = readFileSync(join(folder, name));
      const encoded = Object.entries(encodings)
        .filter(([, extension]) => names.includes(name + extension))
        .map(([encoding, extension]) => [encoding, readFileSync(join(folder, name + extension))] as const)
        .filter(([, { length }]) => length < content.length);
      return [
        `/${name}`,
        {
          type: mediaTypeOf(name),
          isImmutable: /^assets\/.*-\w{8,}\.\w+$/.test(name),
          hash: createHash("sha256").update(content).digest("base64url").slice(0, 22),
          content,
          encoded: Object.fromEntries(encoded) as StaticFile["encoded"],
        },
      ];
    }),
  );
}

function filesBelow(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw error;
  }
}
