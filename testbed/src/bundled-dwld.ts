import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";

const checkout = resolve(import.meta.dirname, "../..");

/** An installation of this checkout, as `make install` makes one, in a folder of its own. */
interface BundledDwld extends AsyncDisposable {
  /** The folder, for `checkout` of `startDwld`. */
  readonly root: string;
  readonly command: string;
}

/** Bundles dwld; takes some two seconds of CPU. */
export async function bundleDwld(): Promise<BundledDwld> {
  const root = await mkdtemp(join(tmpdir(), "dwld-bundle-"));
  await execa(process.execPath, [join(checkout, "tools/bundle/main.ts"), root]);
  await symlink(join(checkout, ".tools"), join(root, ".tools"));
  return {
    root,
    command: join(root, "bin/dwld"),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}
