import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { errorCode } from "@dwld/text";
import { fromThisMachine, parseAddress } from "../network/listen-address.ts";
import type { ConfigurationReport } from "../reload/configuration-report.ts";

/** The answer of a process at /readyz. */
export type ToldReadiness = {
  readonly ready: boolean;
  /** The reasons of the checks that fail, by their names; empty while it stops. */
  readonly failing: Readonly<Record<string, string>>;
};

/** The longest answer, bytes: another program may listen there. */
const mostBytes = 1024 * 1024;

/**
 * Asks a process on this machine whether it is ready.
 *
 * @param address its health address, "host:port".
 * @returns undefined if no process of dwld answers there in time.
 */
export async function askReadiness(address: string, timeoutMs: number): Promise<ToldReadiness | undefined> {
  const { body } = (await ask(address, "/readyz", timeoutMs)) ?? {};
  const { ready, checks } = (body ?? {}) as {
    ready?: boolean;
    checks?: Record<string, { ok: boolean; reason?: string }>;
  };
  if (ready === undefined || checks === undefined) return undefined;
  const failing = Object.entries(checks).filter(([, { ok }]) => !ok);
  return { ready, failing: Object.fromEntries(failing.map(([name, { reason = "" }]) => [name, reason])) };
}

/** Asks a process on this machine by which configuration it runs. Address and answer as of `askReadiness`. */
export async function askConfiguration(address: string, timeoutMs: number): Promise<ConfigurationReport | undefined> {
  const answer = await ask(address, "/configuration", timeoutMs);
  return answer?.status === 200 ? (answer.body as ConfigurationReport) : undefined;
}

/** Sends a GET to a health address, by no proxy of the environment, and follows no redirect. */
async function ask(
  address: string,
  path: string,
  timeoutMs: number,
): Promise<{ status: number | undefined; body: unknown } | undefined> {
  const { host, port } = fromThisMachine(parseAddress(address));
  // A port that the kernel chose is unknown here.
  if (port === 0) return undefined;
  // Not fetch, which loads a client of the whole web. Without an agent of its own it would ask a proxy.
  const asked = request({ host, port, path, agent: false, signal: AbortSignal.timeout(timeoutMs) });
  asked.end();
  try {
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) return undefined;
      chunks.push(chunk);
    }
    return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown };
  } catch (error) {
    // An error of the network has a code; the answer of another program may be no JSON.
    if (error instanceof SyntaxError || errorCode(error) !== "") return undefined;
    throw error;
  }
}
