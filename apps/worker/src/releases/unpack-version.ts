import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { layout } from "@dwld/layout";
import { type Confinement, python, runConfined } from "./confined-program.ts";
import { ReleaseError, UnfitVersionError } from "./release-error.ts";

/** Runs the package beside it: Python looks first in the folder of a script. */
const script = `#!${python}
import sys

from yt_dlp import main

if __name__ == '__main__':
    sys.exit(main())
`;

/**
 * Unpacks a program that was verified into a folder, compiles it, and makes a command of it. Nothing of it is run.
 *
 * @throws ReleaseError if it is no program of this version.
 * @throws UnfitVersionError if it does not fit this machine.
 */
export async function unpackVersion(
  { program, version }: { program: Buffer; version: string },
  folder: string,
  confinement: Confinement,
): Promise<void> {
  const packed = join(folder, "packed");
  await writeFile(packed, program);
  const run = async (...command: [string, ...string[]]) =>
    (await runConfined(confinement, { command, grant: { read: [layout.ytdlpReleases], write: [folder] }, cwd: folder }))
      .failure;
  const unpacking = await run(python, join(layout.ytdlpReleases, "unpack.py"), packed, folder);
  if (unpacking !== undefined) throw new UnfitVersionError(`it cannot be unpacked: ${unpacking.clause}`, unpacking.run);
  const told = await readVersion(folder);
  // The signed sums of an old release do not say which one they are of.
  if (told !== version) throw new ReleaseError(`the release ${version} has the program of ${told ?? "no version"}`);
  await rm(packed);
  const compiling = await run(python, "-m", "compileall", "-q", folder);
  if (compiling !== undefined) throw new UnfitVersionError(`it does not compile: ${compiling.clause}`, compiling.run);
  await writeFile(join(folder, "yt-dlp"), script, { mode: 0o755 });
}

async function readVersion(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, "yt_dlp", "version.py"), "utf8").catch(() => "");
  return /^__version__ = '([\d.]+)'$/m.exec(text)?.[1];
}

/** Puts a folder that was made into its place: it is there as a whole, even after a power cut. */
export async function placeVersion(made: string, place: string): Promise<void> {
  await execa("sync", ["--file-system", made]);
  await rename(made, place);
}
