import { type Configuration, emptyStage } from "@dwld/daemon";
import { minuteMs } from "@dwld/timing";
import { openWalls } from "../process/walls-report.ts";
import type { SelfTestRoom } from "./self-test.ts";
import { createLoadedYtdlps } from "../ytdlp/fork-server/loaded-ytdlps.ts";
import { createYtdlpRunner } from "../ytdlp/run-ytdlp.ts";

/** Time that each program of a self-test may take, ms: it takes seconds, and longer on a machine that is busy. */
const patienceMs = 3 * minuteMs;

const silent = { info: () => undefined, warn: () => undefined };

/** Opens the walls of real runs anew, with the site of a self-test as the only way out. */
export async function openSelfTestRoom(
  worker: Configuration["worker"],
  environment: Readonly<Record<string, string>>,
  { proxy, signal }: { proxy: string; signal: AbortSignal },
): Promise<SelfTestRoom> {
  const { wayOut, walls } = await openWalls({ worker, stages: { selfTest: { ...emptyStage, proxy } } }, environment);
  const ytdlps = createLoadedYtdlps({ keepLoaded: false, environment, walls, logger: silent });
  return {
    confinement: { walls, environment, memoryBytes: worker.maxMemoryBytes, signal, patienceMs },
    runYtdlp: createYtdlpRunner({ ytdlps, environment, egressProxy: wayOut?.urls, limits: () => worker }),
    [Symbol.asyncDispose]: async () => {
      await ytdlps.close();
      await wayOut?.close();
    },
  };
}
