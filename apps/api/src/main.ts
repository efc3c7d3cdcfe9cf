import { runApp } from "@dwld/daemon";
import { startApi } from "./start-api.ts";

await runApp("api", startApi);
