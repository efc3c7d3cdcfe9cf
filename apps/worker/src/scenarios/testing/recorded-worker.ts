import { runApp } from "@dwld/daemon";
import { startWorker } from "../../wiring.ts";
import { createScenarioYtdlps } from "./recorded-ytdlps.ts";

/** The worker as it is, but for how each run of yt-dlp begins, and that it is written down. */
await runApp("worker", (app) => startWorker(app, process, createScenarioYtdlps), {
  named: { config: process.argv[3] },
});
