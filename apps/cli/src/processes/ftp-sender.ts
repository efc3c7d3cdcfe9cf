import type { Command } from "commander";
import { processCommand, type RunProcess } from "./process-command.ts";

const texts = {
  name: "ftp-sender",
  summary: "run a sender, which delivers",
  description: "Claims downloaded tasks and delivers their files to the FTP server.",
};

/** `dwld ftp-sender` */
export const build = (run: RunProcess): Command => processCommand(texts, run, () => import("@dwld/ftp-sender"));
