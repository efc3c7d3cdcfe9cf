import { ytdlpReport } from "./ytdlp-report.ts";

process.exitCode = await ytdlpReport(process);
