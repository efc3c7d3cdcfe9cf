import { tmpdir } from "node:os";
import { isFull, readDiskSpace } from "../disk/disk-space.ts";
import { machineTrouble } from "./machine-trouble.ts";
import { ReleaseError, UnfitVersionError } from "./release-error.ts";
import { fetchProgram, fetchSums, type ReleaseSource } from "./release-source.ts";
import { selfTest, type SelfTestRoom } from "./self-test.ts";
import { startSelfTestSite } from "./self-test-site.ts";
import { placeVersion, unpackVersion } from "./unpack-version.ts";
import { verifyProgram, verifySums } from "./verify-release.ts";
import { onDisk, type VersionFolder } from "./version-folder.ts";

/** Steps of which a person is told. */
export type FetchStep =
  | { readonly step: "signature" | "unpack" | "self-test"; readonly version: string }
  | { readonly step: "program"; readonly version: string; readonly bytes: number; readonly of: number | undefined };

export type FetchParts = {
  readonly folder: VersionFolder;
  readonly source: ReleaseSource;
  readonly keyFile: string;
  /** @param proxy the address that the runs reach. */
  readonly openRoom: (proxy: string, signal: AbortSignal) => Promise<SelfTestRoom>;
  readonly onStep: (step: FetchStep) => void;
  readonly signal: AbortSignal;
};

/**
 * Fetches a version, verifies and tries it, and puts it beside those that are there. Call it while you hold the lock of the folder.
 *
 * @throws ReleaseError if it could not be had. Nothing was changed.
 * @throws UnfitVersionError if it is not to be used. Nothing was changed.
 */
export async function fetchVersion(version: string, parts: FetchParts): Promise<void> {
  const { folder, source, keyFile, onStep, signal } = parts;
  const made = await onDisk(() => folder.makeNew(version));
  try {
    onStep({ step: "signature", version });
    const files = await fetchSums(source, version, signal);
    const sum = await onDisk(() => verifySums(files, made, keyFile));
    const onBytes = (bytes: number, of: number | undefined) => {
      onStep({ step: "program", version, bytes, of });
    };
    const program = await fetchProgram(source, version, { signal, onBytes });
    verifyProgram(program, sum);
    onStep({ step: "unpack", version });
    await using site = await startSelfTestSite();
    await using room = await parts.openRoom(site.proxy, signal);
    await onDisk(() => unpackVersion({ program, version }, made, room.confinement));
    onStep({ step: "self-test", version });
    await onDisk(() => selfTest(version, made, { site, room }));
    await onDisk(() => placeVersion(made, folder.folderOf(version)));
  } catch (error) {
    throw await blame(error, [made, tmpdir()]);
  } finally {
    await folder.remove(`.new-${version}`);
  }
}

/** Returns the error to throw: only what the version itself does wrong is a reason not to use it. */
async function blame(error: unknown, folders: readonly string[]): Promise<unknown> {
  if (!(error instanceof UnfitVersionError)) return error;
  const spaces = await Promise.all(folders.map(readDiskSpace));
  // A program that cannot write may say so in words of its own.
  const trouble = spaces.some(isFull) ? "the disk is full" : error.run && machineTrouble(error.run);
  return trouble === undefined ? error : new ReleaseError(`${trouble}: ${error.message}`, { cause: error });
}
