import { type AppOptions, runApp } from "@dwld/daemon";
import { startWorker } from "./wiring.ts";

/** The process `dwld worker`. */
export const run = async (options: AppOptions): Promise<void> =>
  runApp("worker", (app) => startWorker(app, process), options);
