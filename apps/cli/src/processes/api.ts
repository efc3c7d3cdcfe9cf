import type { Command } from "commander";
import { processCommand, type RunProcess } from "./process-command.ts";

const texts = {
  name: "api",
  summary: "run the api, which this command talks to",
  description: "Serves gRPC at api.listen; Connect, gRPC-Web and JSON at api.http.",
};

/** `dwld api` */
export const build = (run: RunProcess): Command => processCommand(texts, run, () => import("@dwld/api"));
