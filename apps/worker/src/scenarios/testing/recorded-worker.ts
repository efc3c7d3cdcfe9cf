import { runApp } from "@dwld/daemon";
import { startWorker } from "../../wiring.ts";
import { createScenarioYtdlps } from "./recorded-ytdlps.ts";

/** The worker, with each run of yt-dlp recorded and begun as the environment says. */
await runApp("worker", (app) => startWorker(app, process, createScenarioYtdlps), {
  named: { config: process.argv[3] },
});
