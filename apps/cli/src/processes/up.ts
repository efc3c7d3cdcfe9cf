import type { Command } from "commander";
import { processCommand, type RunProcess } from "./process-command.ts";

const texts = {
  name: "up",
  summary: "run the whole: api, worker, ftp-sender",
  description: "Runs api, worker, ftp-sender and, where none is configured, memcached.",
};

/** `dwld up` */
export const build = (run: RunProcess): Command => processCommand(texts, run, () => import("@dwld/up"));
