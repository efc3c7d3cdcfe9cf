import { chmodSync, existsSync, mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeTree } from "../remove-tree.ts";

/**
 * Makes in a folder what a run that was taken over may leave, removes it, and prints as JSON what is still there. A program,
 * since root may read and write all: the test takes that privilege from it.
 */
const [folder = ""] = process.argv.slice(2);
const outside = join(folder, "outside");
mkdirSync(outside, 0o750);
writeFileSync(join(outside, "video.mp4"), "x");

const makers: Readonly<Record<string, (path: string) => void>> = {
  unreadable: (path) => {
    mkdirSync(join(path, "a/b"), { recursive: true });
    writeFileSync(join(path, "a/b/part"), "x");
    for (const [name, mode] of [
      ["a/b", 0o300],
      ["a", 0],
      ["", 0o100],
    ] as const)
      chmodSync(join(path, name), mode);
  },
  linked: (path) => {
    mkdirSync(join(path, "closed"), { recursive: true });
    symlinkSync(outside, join(path, "closed/link"));
    symlinkSync(outside, join(path, "link"));
    chmodSync(join(path, "closed"), 0);
  },
  "a link": (path) => symlinkSync(outside, path),
  deep: (path) => {
    mkdirSync(path);
    // A folder goes below the next one, since no path reaches its depth.
    for (let depth = 0; depth < 100; depth++) {
      const above = join(`${path}-above`, "x".repeat(250));
      mkdirSync(above, { recursive: true });
      renameSync(path, join(above, "below"));
      renameSync(`${path}-above`, path);
    }
  },
  "not in UTF-8": (path) => {
    mkdirSync(path);
    const below = Buffer.concat([Buffer.from(`${path}/`), Buffer.of(0xff, 0xfe)]);
    mkdirSync(below);
    mkdirSync(Buffer.concat([below, Buffer.from("/x")]));
    chmodSync(below, 0);
  },
  "nothing at all": () => undefined,
};

const failed: string[] = [];
for (const [name, make] of Object.entries(makers)) {
  const path = join(folder, name);
  make(path);
  await removeTree(path).catch((error: unknown) => failed.push(`${name}: ${String(error).slice(0, 200)}`));
  if (existsSync(path)) failed.push(`${name} is there`);
}
const kept = existsSync(join(outside, "video.mp4")) && statSync(outside).mode & 0o777;
process.stdout.write(JSON.stringify({ failed, kept }));
