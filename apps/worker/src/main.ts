import { runApp } from "@dwld/daemon";
import { startWorker } from "./start-worker.ts";

await runApp("worker", (app) => startWorker(app, process));
