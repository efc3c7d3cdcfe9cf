import { type AppOptions, runApp } from "@dwld/daemon";
import { startApi } from "./start-api.ts";

/** The process `dwld api`. */
export const run = async (options: AppOptions): Promise<void> => runApp("api", startApi, options);
