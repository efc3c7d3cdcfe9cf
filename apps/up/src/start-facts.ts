import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { Configuration } from "@dwld/daemon/process";
import { errorCode } from "@dwld/text";
import type { App } from "./supervise-apps.ts";

type Readiness = { ready: boolean; checks: Record<string, { ok: boolean; reason?: string }> };

/** How long to wait for the apps before the greeting, ms. */
const startTimeoutMs = 10_000;
const checkIntervalMs = 100;
const answerTimeoutMs = 2000;

/**
 * Waits until each app answers, and returns a sentence for a person for each thing that is wrong with one.
 */
export async function untilStarted(
  { health }: Configuration,
  apps: readonly App[],
  signal: AbortSignal,
): Promise<string[]> {
  const addresses = { api: health.api, worker: health.worker, "ftp-sender": health.ftpSender };
  const deadlineMs = performance.now() + startTimeoutMs;
  const told = await Promise.all(
    apps.map(async (app) => {
      const address = addresses[app];
      // A port that the kernel chose is unknown here.
      if (address.endsWith(":0")) return [];
      while (!signal.aborted && performance.now() < deadlineMs) {
        const readiness = await askReadiness(address);
        if (readiness !== undefined) return shortcomings(app, readiness);
        await pause(checkIntervalMs);
      }
      return [`the ${app} does not answer yet`];
    }),
  );
  return told.flat();
}

async function askReadiness(address: string): Promise<Readiness | undefined> {
  const host = address.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");
  try {
    // Not fetch, whose code would stay in memory.
    const asked = get(`http://${host}/readyz`, { agent: false, signal: AbortSignal.timeout(answerTimeoutMs) });
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    return JSON.parse(await text(response)) as Readiness;
  } catch (error) {
    // An error of the network, or of the answer, has a code.
    if (error instanceof SyntaxError || errorCode(error) !== "") return undefined;
    throw error;
  }
}

function shortcomings(app: string, { checks }: Readiness): string[] {
  return Object.entries(checks).flatMap(([name, { ok, reason = "" }]) => (ok ? [] : [`${app}: ${name}: ${reason}`]));
}
