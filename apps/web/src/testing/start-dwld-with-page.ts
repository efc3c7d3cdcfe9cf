import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Dwld, type DwldOptions, dwldRoot, startDwld } from "@dwld/testbed";

const checkout = resolve(import.meta.dirname, "../../../..");

let built: Promise<unknown> | undefined;

/** Starts dwld as `startDwld` does, with the page of these sources. The api reads the page when it starts. */
export async function startDwldWithPage(options: DwldOptions): Promise<Dwld> {
  // An installation has its own.
  if (dwldRoot === checkout) await (built ??= buildPage());
  return await startDwld(options);
}

/** One process at a time; the second finds the page of the first. */
async function buildPage(): Promise<void> {
  const lock = join(checkout, ".tools/page.lock");
  await promisify(execFile)("flock", [lock, "make", "--silent", "page"], { cwd: checkout });
}
