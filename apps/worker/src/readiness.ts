import { mkdir } from "node:fs/promises";
import type { Check } from "@dwld/daemon";
import { checkTable } from "@dwld/queue";
import { execa } from "execa";
import type { WorkerContext } from "./worker-context.ts";

/** How long an answer about a program holds: asking costs a tenth of a second of a core. */
const programCheckMs = 60_000;

/** What a worker needs, each part by its name, with the reason where it is not there. */
export function readinessChecks(context: WorkerContext): Check[] {
  return [
    { name: "database", check: () => checkTable(context.database) },
    {
      name: "yt-dlp",
      check: async () => ({ ok: true, detail: (await context.capabilities()).version }),
    },
    { name: "ffmpeg", check: programCheck("ffmpeg", context) },
    { name: "ffprobe", check: programCheck("ffprobe", context) },
    {
      name: "downloads",
      check: async () => {
        await mkdir(context.configuration.worker.downloads, { recursive: true });
        return await context.space.check();
      },
    },
  ];
}

function programCheck(program: string, { now, environment }: WorkerContext): Check["check"] {
  let checkedAtMs = -Infinity;
  return async () => {
    if (Math.abs(now() - checkedAtMs) < programCheckMs) return { ok: true };
    const result = await execa(program, ["-version"], {
      reject: false,
      stdin: "ignore",
      env: { ...environment },
      extendEnv: false,
      timeout: 10_000,
    });
    if (result.failed)
      return { ok: false, reason: `${program} cannot be run: ${result.shortMessage}. Install ffmpeg.` };
    checkedAtMs = now();
    return { ok: true };
  };
}
