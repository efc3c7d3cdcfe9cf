import { join } from "node:path";

/** Folder of dwld's yt-dlp plugins, for --plugin-dirs. */
export const pluginFolder = join(import.meta.dirname, "plugins");
