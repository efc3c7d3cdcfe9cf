import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { errorText } from "@dwld/text";
import { ReleaseError } from "./release-error.ts";

export type FetchBounds = {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** Decides about each address that is asked, that of a redirect too. */
  readonly mayAsk: (url: URL) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** Receives the bytes so far, and of how many if that was announced. */
  readonly onBytes?: ((bytes: number, of: number | undefined) => void) | undefined;
};

const maxRedirects = 5;

/**
 * Fetches a file of a release server, which may lie: no more bytes, no longer, and from nobody else than allowed.
 *
 * @throws ReleaseError
 */
export async function fetchFile(url: URL, bounds: FetchBounds): Promise<Buffer> {
  return await bounded(url, bounds, async (signal) => {
    let at = url;
    for (let redirects = 0; ; redirects++) {
      const answer = await ask(at, bounds, signal);
      const location = redirectOf(answer, at);
      if (location === undefined) return await readBody(answer, at, bounds);
      answer.destroy();
      if (redirects === maxRedirects) throw new ReleaseError(`${url.host} redirects more than ${maxRedirects} times`);
      at = location;
    }
  });
}

/**
 * Returns the address to which a page redirects, without asking there.
 *
 * @throws ReleaseError
 */
export async function findRedirect(url: URL, bounds: Omit<FetchBounds, "maxBytes">): Promise<URL> {
  return await bounded(url, bounds, async (signal) => {
    const answer = await ask(url, bounds, signal);
    answer.destroy();
    const location = redirectOf(answer, url);
    if (location !== undefined) return location;
    throw new ReleaseError(`${url.href} answers ${answer.statusCode}, and not with a redirect to the newest release`);
  });
}

/** Translates errors of the network into sentences. */
async function bounded<Result>(
  url: URL,
  { timeoutMs, signal }: Pick<FetchBounds, "timeoutMs" | "signal">,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await work(signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ReleaseError) throw error;
    if (timeout.aborted)
      throw new ReleaseError(`${url.host} took longer than ${timeoutMs / 1000} s for ${url.pathname}`);
    throw new ReleaseError(`${url.host} cannot be asked for ${url.pathname}: ${errorText(error)}`, { cause: error });
  }
}

async function ask(url: URL, { mayAsk }: Pick<FetchBounds, "mayAsk">, signal: AbortSignal): Promise<IncomingMessage> {
  if (!mayAsk(url)) throw new ReleaseError(`the release server redirects to ${url.origin}, which is not asked`);
  const request = url.protocol === "https:" ? requestTls : requestPlain;
  return await new Promise((resolve, reject) => {
    const headers = { "User-Agent": "dwld", "Accept-Encoding": "identity" };
    request(url, { headers, signal }, resolve).on("error", reject).end();
  });
}

function redirectOf({ statusCode = 0, headers: { location } }: IncomingMessage, from: URL): URL | undefined {
  if (statusCode < 300 || statusCode > 399 || location === undefined) return undefined;
  const url = URL.parse(location, from.href);
  if (url === null) throw new ReleaseError(`${from.host} redirects to something that is no address`);
  return url;
}

async function readBody(answer: IncomingMessage, at: URL, { maxBytes, onBytes }: FetchBounds): Promise<Buffer> {
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new ReleaseError(`${at.host} answers ${answer.statusCode} for ${at.pathname}`);
  }
  const announced = Number(answer.headers["content-length"] ?? Number.NaN);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ReleaseError(`${at.host} sends more than ${maxBytes} bytes for ${at.pathname}`);
    chunks.push(chunk);
    onBytes?.(bytes, Number.isNaN(announced) ? undefined : announced);
  }
  return Buffer.concat(chunks);
}
