import * as z from "zod";
import { extractorArguments } from "./extractor-arguments.ts";
import { stageArguments } from "./stage-arguments.ts";
import { list, name, oneOf, path, quantity, text, wholeNumber } from "./values.ts";

const proxyRight = "http, https, socks4, socks4a, socks5 or socks5h, such as socks5://127.0.0.1:1080";
const clientRight = "names of clients with commas between them, such as tv,web_safari";
const impersonateRight = "a browser, such as chrome, safari or chrome-131, or any";
const embeddings = ["metadata", "chapters", "thumbnail", "subtitles"] as const;

/** A short text of a form that yt-dlp understands. */
function shaped(pattern: RegExp, right: string): z.ZodString {
  return z.string({ error: right }).regex(pattern, { error: right });
}

/** A stage: one way to ask a site. stage-checks.ts checks its keys against each other. */
export const stage = z.strictObject({
  format: text("a format selector of yt-dlp, such as bv*+ba/b").exactOptional().describe("yt-dlp's --format."),
  sort: text("a sort order of yt-dlp, such as res,vcodec:h264")
    .exactOptional()
    .describe("yt-dlp's --format-sort, after what target_quality asks for."),
  container: oneOf(["mp4", "mkv", "mov", "webm"])
    .exactOptional()
    .describe("The container of the merged streams, without re-encoding. Default: mp4 if the streams fit it."),
  cookies: path("/etc/dwld/cookies/youtube")
    .exactOptional()
    .describe("A cookie file in Netscape format, or a folder of them, that the worker alone can read."),
  extractorArgs: z
    .union([extractorArguments, list(extractorArguments, { min: 0, right: "a list of texts" })], {
      error: "a text or a list of texts, such as youtube:player_client=tv",
    })
    .transform((value) => (typeof value === "string" ? [value] : value))
    .default([])
    .describe("yt-dlp's --extractor-args."),
  client: shaped(/^-?\w[\w.]*(,-?\w[\w.]*)*$/, clientRight)
    .exactOptional()
    .describe("The player clients of YouTube, the client of Vimeo, the API of X: short for one of extractorArgs."),
  userAgent: text("a user agent, such as Mozilla/5.0").exactOptional().describe("The User-Agent of every request."),
  impersonate: shaped(/^[a-z]+(-[\w.]+)?(:[a-z]+(-[\w.]+)?)?$/i, impersonateRight)
    .exactOptional()
    .describe("The browser whose connections yt-dlp imitates; needs curl_cffi."),
  proxy: z
    .string({ error: "the URL of a proxy, such as socks5://127.0.0.1:1080" })
    .regex(/^(|(https?|socks4a?|socks5h?):\/\/[^\s/]+\/?)$/i, { error: proxyRight })
    .exactOptional()
    .describe("The proxy for this stage's runs. Empty: none."),
  ipVersion: z.literal([4, 6], { error: "4 or 6" }).exactOptional().describe("Connects by this version of IP only."),
  rateLimitKilobytesPerSecond: quantity("kilobytes per second", 1, 10_000_000)
    .exactOptional()
    .describe("Most bandwidth for one download; a kilobyte is 1000 bytes."),
  throttledRateKilobytesPerSecond: quantity("kilobytes per second", 1, 10_000_000)
    .exactOptional()
    .describe("Rate below which the site is assumed to throttle on purpose, and new links are asked for."),
  sleepRequestsSeconds: quantity("seconds", 0, 600)
    .exactOptional()
    .describe("Pause between two requests for pages and APIs."),
  concurrentFragments: wholeNumber(1, 32).exactOptional().describe("Fragments of HLS and DASH downloaded at once."),
  downloader: oneOf(["native", "ffmpeg", "aria2c"])
    .exactOptional()
    .describe(
      "The program that downloads. ffmpeg and aria2c report no progress; ffmpeg leaves out missing fragments of HLS.",
    ),
  embed: list(oneOf(embeddings), { min: 0, right: `a list of ${embeddings.join(", ")}` })
    .exactOptional()
    .describe("What to embed in the video file besides picture and sound."),
  ytdlp: name("yt-dlp")
    .exactOptional()
    .describe(
      'One of worker.ytdlp.commands, default for worker.ytdlp.command, or a version that dwld fetches: "2026.10.26".',
    ),
  arguments: stageArguments.default([]).describe("Further options for yt-dlp, from a list of harmless ones."),
});
