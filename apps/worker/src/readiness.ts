import { mkdir } from "node:fs/promises";
import type { Check } from "@dwld/daemon";
import { checkTable, type Database } from "@dwld/queue";
import { minuteMs } from "@dwld/timing";
import { execa } from "execa";
import type { DiskAdmission } from "./disk/disk-admission.ts";
import type { ProgramAnswers } from "./process/program-answers.ts";
import { findProgram } from "./process/program-file.ts";
import type { WallsReport } from "./process/walls-report.ts";
import type { ChooseYtdlp } from "./ytdlp/ytdlp-commands.ts";

export type ReadinessParts = {
  capabilities: ChooseYtdlp;
  database: Database;
  disk: DiskAdmission;
  downloads: string;
  /** The environment of the programs that the worker starts. */
  environment: Readonly<Record<string, string>>;
  answers: ProgramAnswers;
  wallsReport: WallsReport;
  now: () => number;
};

/** Time that a program's answer holds, ms: each costs a tenth of a second of a core. */
const programCheckMs = minuteMs;

/** Returns the checks of what a worker needs, each with the reason if it is missing. */
export function readinessChecks(parts: ReadinessParts): Check[] {
  return [
    { name: "database", check: async () => await checkTable(parts.database) },
    { name: "yt-dlp", check: async () => ({ ok: true, detail: (await parts.capabilities()).version }) },
    { name: "walls", check: () => ({ ok: true, detail: parts.wallsReport.walls.text }) },
    { name: "ffmpeg", check: programCheck("ffmpeg", parts) },
    { name: "ffprobe", check: programCheck("ffprobe", parts) },
    {
      name: "downloads",
      check: async () => {
        await mkdir(parts.downloads, { recursive: true });
        return await parts.disk.check();
      },
    },
  ];
}

/** The first answer is kept for a restart within that time. */
function programCheck(program: string, { now, environment, answers }: ReadinessParts): Check["check"] {
  const question = { command: [program, "-version"], environment };
  let checkedAtMs: number | undefined;
  return async () => {
    const isFirst = checkedAtMs === undefined;
    checkedAtMs ??= (await answers.recall(question))?.askedAtMs ?? -Infinity;
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
    // The cache of the loader changes with each library that is installed.
    const files = [(await findProgram(program, environment["PATH"])) ?? program, "/etc/ld.so.cache"];
    if (isFirst) await answers.remember(question, { said: "runs", askedAtMs: checkedAtMs }, files);
    return { ok: true };
  };
}
