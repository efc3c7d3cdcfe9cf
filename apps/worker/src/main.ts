import { runApp } from "@dwld/daemon";
import { startWorker } from "./wiring.ts";

await runApp("worker", (app) => startWorker(app, process));
