import { setTimeout as pause } from "node:timers/promises";
import { askReadiness, type Configuration } from "@dwld/daemon/process";
import type { App } from "./supervise-apps.ts";

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
  const sentences = await Promise.all(
    apps.map(async (app) => {
      const address = addresses[app];
      // A port that the kernel chose is unknown here.
      if (address.endsWith(":0")) return [];
      while (!signal.aborted && performance.now() < deadlineMs) {
        const told = await askReadiness(address, answerTimeoutMs);
        if (told !== undefined)
          return Object.entries(told.failing).map(([name, reason]) => `${app}: ${name}: ${reason}`);
        await pause(checkIntervalMs);
      }
      return [`the ${app} does not answer yet`];
    }),
  );
  return sentences.flat();
}
