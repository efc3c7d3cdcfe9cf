import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ReleaseError } from "./release-error.ts";
import { programName, type ReleaseFiles } from "./release-source.ts";

/**
 * Verifies the signature of a release's list of sums, and returns the SHA-256 of the program in it.
 *
 * @param folder receives both files: sqv reads no other.
 * @param keyFile the public key that has to have signed.
 * @throws ReleaseError
 */
export async function verifySums({ sums, signature }: ReleaseFiles, folder: string, keyFile: string): Promise<string> {
  const files = { sums: join(folder, "SHA2-256SUMS"), signature: join(folder, "SHA2-256SUMS.sig") };
  await writeFile(files.sums, sums);
  await writeFile(files.signature, signature);
  const asked = [`--keyring=${keyFile}`, `--signature-file=${files.signature}`, files.sums];
  const { exitCode, stderr, code } = await execa("sqv", asked, { reject: false, timeout: 30_000, stdin: "ignore" });
  if (code === "ENOENT") throw new ReleaseError("signatures cannot be verified without sqv: apt install sqv");
  if (exitCode !== 0)
    throw new ReleaseError(`the signature of the release is not that of ${keyFile}: ${lastLine(stderr)}`);
  const line = sums
    .toString("latin1")
    .split("\n")
    .find((each) => each.trimEnd().endsWith(` ${programName}`));
  const sum = /^([0-9a-f]{64}) [ *]yt-dlp$/.exec(line?.trimEnd() ?? "")?.[1];
  if (sum === undefined) throw new ReleaseError(`the sums of the release do not name ${programName}`);
  return sum;
}

/** @throws ReleaseError */
export function verifyProgram(program: Buffer, sum: string): void {
  const found = createHash("sha256").update(program).digest("hex");
  if (found !== sum)
    throw new ReleaseError("the program of the release is not the one that was signed: its SHA-256 differs");
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
