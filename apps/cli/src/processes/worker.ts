import type { Command } from "commander";
import { instanceArgument } from "../command-line/instance.ts";
import { processCommand, type RunProcess } from "./process-command.ts";

const texts = {
  name: "worker",
  summary: "run a worker, which downloads",
  description: "Claims tasks and runs yt-dlp for them; several may run.",
};

/** `dwld worker` */
export const build = (run: RunProcess): Command =>
  processCommand(texts, run, () => import("@dwld/worker")).option(
    "--instance <n>",
    "of the second worker of a machine, and more: its health listens 10 ports higher",
    instanceArgument,
  );
