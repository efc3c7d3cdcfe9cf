import { type Command, InvalidArgumentError } from "commander";
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

const mostInstances = 99;

function instanceArgument(text: string): number {
  const instance = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (instance < 1) throw new InvalidArgumentError(`It must be a whole number from 1 to ${mostInstances}.`);
  return instance;
}
