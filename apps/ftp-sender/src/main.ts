import { type AppOptions, runApp } from "@dwld/daemon";
import { startSender } from "./start-sender.ts";

/** The process `dwld ftp-sender`. */
export const run = async (options: AppOptions): Promise<void> => runApp("ftp-sender", startSender, options);
