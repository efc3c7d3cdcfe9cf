import { clipText } from "@dwld/text";
import type { Message } from "./parse-messages.ts";

/** A message of yt-dlp's, taken apart by its grammar: `[extractor] id: what was tried: why it failed (caused by …)`. */
export type Dissection = {
  extractor: string | undefined;
  id: string | undefined;
  /** The work at which yt-dlp failed. `site`: none of its own; the sentence is the site's or an extractor's. */
  during: "request" | "manifest" | "media" | "postprocessing" | "site";
  /** The thing that a request asked for, such as "JSON metadata", in lower case; empty if it was no request. */
  requested: string;
  /** The status of the HTTP answer that failed. */
  status: number | undefined;
  /** The sentence to understand: lower case, without hints, names, links and standard HTTP phrases. */
  sentence: string;
  /** The sentence and its causes, with links and quoted names cut out: for errors of the system and the network. */
  whole: string;
  /** yt-dlp's hint to a VPN, which it gives for its GeoRestrictedError alone. */
  refusedByPlace: boolean;
  /** yt-dlp's hint to cookies. It stands below private videos and rate limits too. */
  loginHint: boolean;
  /** yt-dlp asks for a bug report: it did not expect this. Old versions ask after HTTP errors too, new ones after TLS. */
  unexpected: boolean;
};

/** Advice that yt-dlp adds for its own user; its words prove nothing about the video. */
const hints: readonly RegExp[] = [
  /[.;,]? ?Use --cookies\b.{0,160}?(?:authentication|account credentials)\.?/g,
  /[.;,]? ?Use --cookies[\w-]*(?:,? (?:and |or )?--[\w-]+)*/g,
  /[.;,]? ?(?:Use|Specify|Provide|Pass|Try) [^.]{0,60}--(?:username|netrc)\b[^.]{0,160}\.?/g,
  /[.;,]? ?(?:Also )?[Ss]ee +<link> +(?:for|on) (?:how to|tips|details|more|information)[^.]*\.?/g,
  /[.;,]? ?For (?:tips|more (?:details|information))[^.]*<link> ?\.?/g,
  /[.;,]? ?please report this issue\b.*$/gi,
  /[.;,]? ?Confirm you are on the latest version.*$/g,
  /[.;,]? ?Use --list-formats for a list of available formats\.?/g,
  /[.;,]? ?Try selecting another format with --format\b.*$/g,
  /[.;,]? ?You might want to (?:use|try) a VPN or a proxy[^.]*\.?/g,
  /[.;,]? ?It is recommended to use `-t sleep`[^.]*\.?/g,
  /[.;,]? ?If you encounter errors, then see[^.]*\.?/g,
  /[.;,]? ?Sign in if you've been granted access to this video\.?/g,
  /[.;,]? ?Learn more about [^.]*\.?/g,
  /[.;,]? ?Confirm that the (?:URL|video) [^.]*\.?/g,
];

const bugReport =
  /please report this issue|confirm you are on the latest version|file an issue|open an? (?:new )?issue on/i;

/** The sentences of yt-dlp's own that may follow an id with spaces, as `generic` makes it of a link's last part. */
const coreSentence =
  /(?:Unable to (?:download|extract|parse)|Failed to (?:parse|download|extract)|An extractor error|Requested format|This video is DRM|No video formats|Unsupported URL|Got HTTP Error|HTTP Error)\b/;

/** "Unable to log in: HTTP Error 404" begins with no id. */
const failing = /^(?:unable|failed|failure|cannot|could not|couldn't|error)\b/i;

/** Words before a colon that are no id. */
const noId = /^(?:Postprocessing|ffmpeg|ffprobe|aria2c|curl|wget|Error|post hooks|HTTPError|https?|file|Errno)$/i;

/** The reason phrases of RFC 9110, and those that servers have instead. The status says it already: "Not Found" is no sentence of the site's. */
const standardReason =
  /(http error \d{3})(?::? (?:forbidden|access denied|denied|not found|gone|unauthori[sz]ed|bad request|too many requests|unavailable for legal reasons|internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|method not allowed|not acceptable|precondition failed|payment required|request denied|conflict|locked|not implemented|request(?:ed)? range not satisfiable|range not satisfiable|unknown|ok|found|moved (?:permanently|temporarily)|temporary redirect|permanent redirect|see other|proxy authentication required|request time-?out|unprocessable (?:entity|content)|<none>|none|error))(?=\W*$|[.;,)(]| \()/g;

/** No sentence is longer, and it bounds the work of every expression below. */
const maxTextLength = 3000;

/** Takes a message apart. Pure. */
export function dissectMessage({ text }: Pick<Message, "text">): Dissection {
  const unlinked = clipText(text, maxTextLength).replaceAll(
    /\b(?:https?|ftp|rtmp\w?|file):\/\/[^\s'"<>,;)]+/gi,
    "<link>",
  );
  const { extractor, id, rest } = splitPrefix(unlinked);
  const unexpected = bugReport.test(rest);
  const told = hints.reduce((left, hint) => left.replaceAll(hint, ". "), rest);
  const spoken = withoutNames(
    noSentence.reduce((left, part) => left.replaceAll(part, ""), told),
    id,
  );
  const cause = spoken.search(/ ?\(caused by /);
  const statement = cause === -1 ? spoken : spoken.slice(0, cause);
  const whole = plainText(withoutFiles(spoken));
  const sentence = plainText(withoutFiles(words(statement))).replaceAll(standardReason, "$1");
  const request =
    /(?:unable|failed) to (?:download|fetch|load|retrieve|request) ([^:]{1,80}?)(?::|$)|^([^:]{1,90}?): http error \d{3}\b/.exec(
      sentence,
    );
  const requested = request?.[1] ?? request?.[2] ?? "";
  const status =
    /\bhttp error (\d{3})\b|<httperror (\d{3})|server returned (\d{3})|\bhttp (?:status|code|error)[ :=]*(\d{3})\b|\breturned error: (\d{3})\b|\bstatus=(\d{3})\b|\b(?:status|response) code:? (401|403|429|5\d\d)\b/.exec(
      whole,
    );
  return {
    extractor,
    id,
    during: activityOf(sentence, requested),
    requested,
    status: status === null ? undefined : Number(status.slice(1).find((group) => group !== undefined)),
    sentence,
    whole,
    refusedByPlace: /might want to use a VPN or a proxy server \(with --proxy\) to workaround/.test(rest),
    loginHint: /use --(?:cookies|username)\b/i.test(rest),
    unexpected,
  };
}

function splitPrefix(text: string): { extractor?: string; id?: string; rest: string } {
  const bracket = /^\[(?!(?:Errno|WinError) )([\w:.+ -]{1,60})\]\s+/.exec(text);
  // "[download] Got error" names no extractor.
  const extractor = bracket?.[1] === "download" ? undefined : bracket?.[1];
  const body = bracket === null ? text : text.slice(bracket[0].length);
  const named = /^([^\s:'"]+(?::[^\s:'"]+)*):\s+(?=\S)/.exec(body);
  const known = extractor === undefined ? {} : { extractor };
  if (named !== null) {
    const [whole, id = ""] = named;
    // Without an extractor only what no sentence begins with is an id.
    const telling = extractor !== undefined || /\d|_|^None$/.test(id);
    if (telling && !noId.test(id))
      return { ...known, ...(id === "None" ? {} : { id }), rest: body.slice(whole.length) };
  }
  const core = /^[^:]{1,200}?:\s+/.exec(body);
  if (extractor !== undefined && core !== null) {
    const after = body.slice(core[0].length);
    if (after.search(coreSentence) === 0 && body.search(coreSentence) > 0 && !failing.test(body))
      return { ...known, id: core[0].replace(/:\s+$/, ""), rest: after };
  }
  return { ...known, rest: body };
}

/** Cuts an id out if it is long enough to be told from a word: its owner chose it, and it may be "private" or "429". */
function withoutNames(text: string, id: string | undefined): string {
  if (id === undefined || !(id.length >= 6 || /\d/.test(id)) || id.length < 2) return text;
  return text.replaceAll(id, "<id>");
}

/** The foot of an error page claims rights in the page; a name in code ("near 'deleted_at'") is no sentence. */
const noSentence: readonly RegExp[] = [
  // "Twitter API says: No status found with that ID" is not about the API.
  /^(?:(?!unable|failed|cannot|could|login)[\w+()'&-]{1,30}(?:\.[\w-]{1,30}){0,3} ){0,4}(?:said|says|reports?|reported|responded|replied)(?: error)?: +(?=\S)/gi,
  /(?:©|\(c\)|\bcopyright\b) {0,3}(?:©|\(c\))? {0,3}(?:19|20)\d\d\b[^.!?]{0,200}/gi,
  /\ball rights reserved\b/gi,
  /(?<=(?<!: ?)['"`])[a-z][a-z\d]*(?:_[a-z\d]+)+(?=['"`])/g,
];

/** Cuts out paths, and what Python quotes after an error of the system: they hold titles. */
function withoutFiles(text: string): string {
  return text
    .replaceAll(
      /(\[?(?:Errno|WinError) -?\d+\]? ?[^'":]{0,120}): (?:'(?!ff(?:mpeg|probe)')[^']*'?|"[^"]*"?)(?: -> (?:'[^']*'?|"[^"]*"?))?/gi,
      "$1",
    )
    .replaceAll(
      /(?:file:)?(?:[A-Za-z]:)?[/\\][^:'"]{1,300}?\.(?:mp4|mkv|webm|m4a|mp3|part|ytdl|temp|json|vtt|srt|jpg|webp|png|opus|mov|flv|ts)\b/g,
      "<file>",
    )
    .replaceAll(/\bfile:(?=\S)[^:]{1,300}(?=:)/g, "<file>")
    .replaceAll(/(more than one file to download):.*/g, "$1");
}

/** Names that are one word, however they are written. */
const names = /JavaScript|DataDome|PerimeterX|YouTube|TikTok|SoundCloud|CloudFront|PlayReady|FairPlay|PhantomJS/g;

/** Parts the words of codes, in which some sites answer: `GEO_BLOCKED`, `LoginRequired`. */
function words(text: string): string {
  return text
    .replaceAll(names, (name) => name.toLowerCase())
    .replaceAll(/([a-z])_+([a-z])/gi, "$1 $2")
    .replaceAll(/(?<=[a-zA-Z][a-z])(?=[A-Z][a-z])|(?<=[a-z]{2})(?=[A-Z]{2})|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})/g, " ");
}

function plainText(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/[’‘`´]/g, "'")
    .replaceAll(/[“”«»„]/g, '"')
    .replaceAll(/[‐‑–—]/g, "-")
    .replaceAll(/\s+/g, " ")
    .trim()
    .toLowerCase()
    .replaceAll("ё", "е");
}

/** Work on files that have arrived, told by yt-dlp's prefix or, in old versions without one, by ffmpeg's words. */
const ownWorkOnFiles =
  /^ffmpeg: |\bff(?:mpeg|probe) failed\b|^(?:merging|remuxing|recoding|re-?encoding|audio extraction|tagging)\b.{0,20}\bfailed|^(?:post-?processing|preprocessing|post hooks):|^(?:(?:audio|video|thumbnail) )?conversion failed|\binvalid data found when processing\b|\berror (?:opening|initializing) (?:in|out)put\b|\bcodec with id\b|\binterleaved.write.frame\b|\bmoov atom\b|\boutput file #|\bcodec parameters\b|\b(?:de)?mux(?:er|ing)\b|\b(?:unknown|unsupported) (?:en|de)coder\b|\bbitstream filter\b|\bunable to obtain file \w+ codec\b|\b(?:thumbnail|subtitle|metadata|chapter)s? embedding\b|\bembed(?:ding)? (?:the )?(?:thumbnail|subtitle|metadata|chapter)s?\b/;

function activityOf(sentence: string, requested: string): Dissection["during"] {
  if (ownWorkOnFiles.test(sentence)) return "postprocessing";
  if (
    /^(?:\[download\] )?got error:|^unable to download video data\b|^fragment \d+ not found|^unable to open fragment|^\w+ exited with code/.test(
      sentence,
    )
  )
    return "media";
  if (/m3u8|mpd\b|f4m|\bism\b|manifest|\bhls\b|\bdash\b|smil/.test(requested)) return "manifest";
  return requested === "" ? "site" : "request";
}
