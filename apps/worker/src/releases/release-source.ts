import { clipText } from "@dwld/text";
import { minuteMs } from "@dwld/timing";
import { fetchFile, type FetchBounds, findRedirect } from "./fetch-file.ts";
import { ReleaseError } from "./release-error.ts";
import { isVersionNumber } from "./version-number.ts";

/** Where releases come from: a repository of GitHub, or a server that has the same addresses. */
export type ReleaseSource = {
  /** The channel, for the record of a version. */
  readonly channel: "stable" | "nightly";
  /** Without a slash at the end. */
  readonly repository: string;
  readonly mayAsk: FetchBounds["mayAsk"];
};

const repositories = {
  stable: "https://github.com/yt-dlp/yt-dlp",
  nightly: "https://github.com/yt-dlp/yt-dlp-nightly-builds",
} as const;

const smallBytes = 256 * 1024;
/** A release has 3 MB. */
const programBytes = 32 * 1024 ** 2;

/** The files of a release that are used. */
export type ReleaseFiles = { readonly sums: Buffer; readonly signature: Buffer };

export function releaseSource(channel: ReleaseSource["channel"], mirror: string | undefined): ReleaseSource {
  if (mirror === undefined) return { channel, repository: repositories[channel], mayAsk: isGithub };
  const { origin } = new URL(mirror);
  return { channel, repository: mirror, mayAsk: (url) => url.origin === origin };
}

/** GitHub sends files from hosts of its own. */
function isGithub({ protocol, hostname }: URL): boolean {
  return protocol === "https:" && (hostname === "github.com" || hostname.endsWith(".githubusercontent.com"));
}

/**
 * Returns the newest version that the server offers.
 *
 * @throws ReleaseError
 */
export async function findLatest({ repository, mayAsk }: ReleaseSource, signal?: AbortSignal): Promise<string> {
  const url = new URL(`${repository}/releases/latest`);
  const { href } = await findRedirect(url, { timeoutMs: minuteMs, mayAsk, signal });
  const version = /\/releases\/tag\/([^/?#]+)$/.exec(href)?.[1] ?? "";
  if (isVersionNumber(version)) return version;
  throw new ReleaseError(`${url.href} redirects to ${clipText(href, 200, "…")}, which names no version of yt-dlp`);
}

/**
 * Fetches the list of sums of a release, and its signature.
 *
 * @throws ReleaseError
 */
export async function fetchSums(source: ReleaseSource, version: string, signal?: AbortSignal): Promise<ReleaseFiles> {
  const bounds = { maxBytes: smallBytes, timeoutMs: minuteMs, mayAsk: source.mayAsk, signal };
  const sums = await fetchFile(fileUrl(source, version, "SHA2-256SUMS"), bounds);
  return { sums, signature: await fetchFile(fileUrl(source, version, "SHA2-256SUMS.sig"), bounds) };
}

/** The file of a release that is a Python program for any machine. */
export const programName = "yt-dlp";

/**
 * Fetches the program of a release.
 *
 * @throws ReleaseError
 */
export async function fetchProgram(
  source: ReleaseSource,
  version: string,
  { signal, onBytes }: Pick<FetchBounds, "signal" | "onBytes">,
): Promise<Buffer> {
  const bounds = { maxBytes: programBytes, timeoutMs: 10 * minuteMs, mayAsk: source.mayAsk, signal, onBytes };
  return await fetchFile(fileUrl(source, version, programName), bounds);
}

function fileUrl({ repository }: ReleaseSource, version: string, name: string): URL {
  return new URL(`${repository}/releases/download/${version}/${name}`);
}
