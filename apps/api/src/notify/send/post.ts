import { lookup as lookupOfSystem, type LookupAddress } from "node:dns";
import { type IncomingMessage, request as requestOverHttp } from "node:http";
import { request as requestOverHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { redactSecrets } from "@dwld/daemon";
import { errorCode, errorText, oneLine, withoutBrackets } from "@dwld/text";
import { hourMs } from "@dwld/timing";
import type { Reply } from "./reply.ts";

/** The time that a receiver has for its answer, ms. */
const timeoutMs = 10_000;

/** The part of an answer that is read, in bytes, and that is shown, in characters. */
const mostBytes = 4096;
const mostCharacters = 200;

/** The longest wait that a receiver may ask for, ms. */
const longestWaitMs = 6 * hourMs;

export type Posted = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether an address may be connected to. It is asked of each that the name leads to, at the time of the connection. */
  readonly mayReach?: (address: string) => boolean;
  /** Aborted when the process ends. */
  readonly signal: AbortSignal;
};

/** The name leads to no address that may be reached. */
class UnreachableAddressError extends Error {
  readonly code = "EPRIVATE";
}

/** Sends a body by POST to an address, follows no redirect, and says what came back. Never throws. */
export async function post(url: URL, { headers, body, mayReach = () => true, signal }: Posted): Promise<Reply> {
  const overdue = AbortSignal.timeout(timeoutMs);
  const deadline = AbortSignal.any([signal, overdue]);
  const literal = withoutBrackets(url.hostname);
  if (isIP(literal) !== 0 && !mayReach(literal)) return unreachable(new UnreachableAddressError(), url);
  try {
    const response = await ask(url, { headers, body, mayReach, deadline });
    return await readReply(response, url, deadline);
  } catch (error) {
    if (!deadline.aborted) return unreachable(error, url);
    const why = overdue.aborted ? `gave no answer within ${timeoutMs / 1000} s` : "was not waited for any more";
    return { outcome: "away", answer: `${url.host} ${why}` };
  }
}

async function ask(
  url: URL,
  { headers, body, mayReach, deadline }: Omit<Required<Posted>, "signal"> & { deadline: AbortSignal },
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = url.protocol === "https:" ? requestOverHttps : requestOverHttp;
  const bytes = Buffer.from(body);
  const asked = request(url, {
    method: "POST",
    // Each connection is looked at, and none is kept.
    agent: false,
    headers: { "user-agent": "dwld", ...headers, "content-length": bytes.length },
    lookup: lookupOf(mayReach),
    signal: deadline,
  });
  asked.once("error", reject);
  asked.once("response", resolve);
  // Without a listener Node closes the connection, and tells neither an answer nor an error.
  asked.once("upgrade", (response, socket) => {
    socket.destroy();
    resolve(response);
  });
  asked.end(bytes);
  const response = await promise;
  // An answer that breaks off is as long as it is.
  asked.on("error", () => undefined);
  return response;
}

function lookupOf(mayReach: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookupOfSystem(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const allowed = error === null ? found.filter(({ address }) => mayReach(address)) : [];
      const [first] = allowed;
      if (error !== null) callback(error, []);
      else if (first === undefined) callback(new UnreachableAddressError(), []);
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

async function readReply(response: IncomingMessage, url: URL, deadline: AbortSignal): Promise<Reply> {
  const { statusCode: status = 0, headers } = response;
  const isAccepted = status >= 200 && status < 300;
  const text = isAccepted ? "" : await beginningOf(response, deadline);
  response.destroy();
  // Before the line is cut: of a path that the cut divides, the beginning would stay.
  const words = redactSecrets(withoutEcho(text, url));
  const answer = oneLine(`HTTP ${status}${words === "" ? "" : `: ${words}`}`, mostCharacters);
  if (isAccepted) return { outcome: "accepted", answer };
  if (status === 410) return { outcome: "gone", answer };
  if (status >= 300 && status < 400) return { outcome: "refused", answer: `${answer} (redirects are not followed)` };
  const isBusy = [429, 502, 503, 504].includes(status);
  const retryAfterMs = waitOf(headers["retry-after"]);
  return { outcome: isBusy ? "away" : "refused", answer, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Removes the path from an answer: some servers repeat one that they do not know, and in it a secret may stand. */
function withoutEcho(text: string, { pathname, search }: URL): string {
  const parts = [pathname + search, pathname, ...pathname.split("/").filter((part) => part.length > 7)];
  return parts.filter((part) => part.length > 1).reduce((rest, part) => rest.replaceAll(part, "…"), text);
}

/** Reads the beginning of an answer, or what comes of it in time. */
async function beginningOf(response: IncomingMessage, deadline: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= mostBytes) break;
    }
  } catch (error) {
    if (!deadline.aborted && !(error instanceof Error && "code" in error)) throw error;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString("utf8").trim();
}

function waitOf(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,9}$/.test(header)) return undefined;
  return Math.min(Number(header) * 1000, longestWaitMs);
}

/** The path is not named: it may be a secret. */
function unreachable(error: unknown, { host }: URL): Reply {
  return { outcome: "away", answer: reasonOf(error, host) };
}

function reasonOf(error: unknown, host: string): string {
  const code = errorCode(error);
  switch (code) {
    case "EPRIVATE":
      return `${host} leads to a private address, which notify.taskUrls does not name`;
    case "ECONNREFUSED":
      return `nobody listens on ${host}`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the name in ${host} leads to no machine (${code})`;
    case "ECONNRESET":
    case "EPIPE":
      return `${host} cut the connection before it answered`;
    default:
      return oneLine(
        redactSecrets(`${host} cannot be reached (${code === "" ? errorText(error) : code})`),
        mostCharacters,
      );
  }
}
