import { join } from "node:path";

/** For `worker.ytdlp.command` of workers that download nothing: it costs no CPU at their start. */
export const idleYtdlp: readonly string[] = [join(import.meta.dirname, "fixtures/idle-yt-dlp")];
