import { runApp } from "@dwld/daemon";
import { startWorker } from "../../wiring.ts";
import { createScenarioYtdlps } from "./recorded-ytdlps.ts";
import { scenarioReadPlain } from "./scenario-media.ts";

/** The worker, with each run of yt-dlp recorded and begun, and media judged, as the environment says. */
await runApp(
  "worker",
  (app) => startWorker(app, process, { createYtdlps: createScenarioYtdlps, readPlain: scenarioReadPlain }),
  {
    named: { config: process.argv[3] },
  },
);
