import { join } from "node:path";

/** Our plugins of yt-dlp, for --plugin-dirs. */
export const pluginFolder = join(import.meta.dirname, "plugins");
