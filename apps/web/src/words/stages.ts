import { oneLine } from "@dwld/text";
import { wordsOf } from "./language.ts";

const en: Readonly<Record<string, string>> = {
  default: "as yt-dlp decides",
  single: "as one file",
  browser: "as Chrome",
  proxy: "by the proxy",
  cookies: "with cookies",
  "youtube-clients": "as another player",
  "x-syndication": "as an embedded post",
};
const ru: typeof en = {
  default: "как решит yt-dlp",
  single: "одним файлом",
  browser: "как Chrome",
  proxy: "через прокси",
  cookies: "с cookies",
  "youtube-clients": "как другой плеер",
  "x-syndication": "как встроенный пост",
};

const words = wordsOf({ en, ru });

/** Returns a way to ask a site for a video; one of the operator's own is named as he named it. */
export function stageText(stage: string): string {
  const known = words();
  return known[stage] ?? (stage.endsWith("-cookies") ? known["cookies"] : undefined) ?? oneLine(stage);
}
