/** The value that an option takes; `right` describes it to a person. */
export type OptionValue = { readonly pattern: RegExp; readonly right: string };

const count = { pattern: /^\d{1,4}$/, right: "a whole number" };
const seconds = { pattern: /^\d{1,4}(\.\d+)?$/, right: "a number of seconds" };
const size = { pattern: /^\d{1,12}(\.\d+)?[kmgt]?$/i, right: "a size in bytes, such as 50M" };
const day = { pattern: /^[\w+-]+$/, right: "a day, such as 20250131 or today-2weeks" };
const pause = {
  pattern: /^((http|fragment|file_access|extractor):)?(\d+(\.\d+)?|(linear|exp)=\d+(\.\d+)?(:\d*(\.\d+)?){0,2})$/,
  right: "a pause, such as 5, exp=1:30 or fragment:linear=1::2",
};
const segments = { pattern: /^-?[a-z_]+(,-?[a-z_]+)*$/, right: "kinds of segments, such as sponsor,selfpromo" };
const languages = { pattern: /^\S+$/, right: "languages, such as en,ru" };
const formats = { pattern: /^[a-z0-9]+([/>][a-z0-9]+)*$/, right: "a format, such as mp4, or several, such as ass/srt" };
const words = (...known: string[]) => ({
  pattern: new RegExp(`^(${known.join("|")})$`),
  right: `one of ${known.join(", ")}`,
});
const text = { pattern: /^.+$/s, right: "a text" };
const header = {
  // A secret in an argument could be read by every user of the machine.
  pattern: /^(?!(proxy-)?authorization:|cookie:|user-agent:)[a-z0-9-]+:.+$/i,
  right:
    "Name:value; Cookie and User-Agent are the stage's cookies and userAgent, and Authorization would be seen by all",
};

/** An option without a value. */
const flag = undefined;

/**
 * The options that a stage may give to yt-dlp. They make it slower, more patient or choosier, or have it write one more
 * file into the task's own folder. None reads or writes elsewhere, starts a program, or carries a password (see yt-dlp's
 * manual, 2025.04.30 and 2026.10.26). Any other option is refused, since new versions bring new ones.
 */
export const allowedOptions: Readonly<Record<string, OptionValue | undefined>> = {
  // Time-outs, retries and pauses.
  "--socket-timeout": seconds,
  "--retries": count,
  "--fragment-retries": count,
  "--file-access-retries": count,
  "--extractor-retries": count,
  "--retry-sleep": pause,
  "--sleep-interval": seconds,
  "--max-sleep-interval": seconds,
  "--sleep-subtitles": seconds,
  // Requests.
  "--add-headers": header,
  "--xff": {
    pattern: /^(default|never|[a-z]{2}|[\d.]+\/\d+|[\da-f:]+\/\d+)$/i,
    right: "default, never, a country such as DE, or a block of addresses such as 192.0.2.0/24",
  },
  "--legacy-server-connect": flag,
  "--mark-watched": flag,
  "--use-extractors": { pattern: /^[\w.*:,-]+$/, right: "names of extractors, such as default,-generic" },
  "--allow-dynamic-mpd": flag,
  "--ignore-dynamic-mpd": flag,
  "--hls-split-discontinuity": flag,
  "--no-hls-split-discontinuity": flag,
  // Selection.
  "--min-filesize": size,
  "--max-filesize": size,
  "--date": day,
  "--datebefore": day,
  "--dateafter": day,
  "--age-limit": count,
  "--prefer-free-formats": flag,
  "--no-prefer-free-formats": flag,
  "--check-formats": flag,
  "--check-all-formats": flag,
  "--no-check-formats": flag,
  "--format-sort-force": flag,
  "--video-multistreams": flag,
  "--audio-multistreams": flag,
  // Downloading.
  "--buffer-size": size,
  "--resize-buffer": flag,
  "--no-resize-buffer": flag,
  "--http-chunk-size": size,
  "--hls-use-mpegts": flag,
  "--no-hls-use-mpegts": flag,
  "--mtime": flag,
  "--no-mtime": flag,
  // Files beside the video.
  "--write-description": flag,
  "--write-info-json": flag,
  "--write-comments": flag,
  "--write-thumbnail": flag,
  "--convert-thumbnails": words("jpg", "png", "webp", "none"),
  "--write-subs": flag,
  "--write-auto-subs": flag,
  "--sub-langs": languages,
  "--sub-format": formats,
  "--convert-subs": words("ass", "lrc", "srt", "vtt", "none"),
  // Processing.
  "--audio-quality": { pattern: /^(\d|10|\d{2,3}k)$/i, right: "0 (best) to 10, or a rate such as 128K" },
  "--recode-video": formats,
  "--fixup": words("never", "warn", "detect_or_warn", "force"),
  "--remove-chapters": text,
  "--force-keyframes-at-cuts": flag,
  "--sponsorblock-mark": segments,
  "--sponsorblock-remove": segments,
  "--no-sponsorblock": flag,
};

/** Options that have a key of their own: if both were set, chance would decide which one yt-dlp heeds. */
export const ownKeys = {
  cookies: "--cookies",
  format: "--format -f",
  sort: "--format-sort -S",
  container: "--merge-output-format --remux-video",
  proxy: "--proxy --geo-verification-proxy",
  extractorArgs: "--extractor-args --extractor-arg",
  userAgent: "--user-agent",
  impersonate: "--impersonate",
  ipVersion: "--force-ipv4 --force-ipv6 -4 -6",
  rateLimitKilobytesPerSecond: "--limit-rate --rate-limit -r",
  throttledRateKilobytesPerSecond: "--throttled-rate",
  sleepRequestsSeconds: "--sleep-requests",
  concurrentFragments: "--concurrent-fragments -N",
  downloader: "--downloader --external-downloader",
  embed: "--embed-metadata --add-metadata --embed-chapters --add-chapters --embed-thumbnail --embed-subs",
} as const;

/** Why options are refused, and what to do instead. `{}` stands for the option. */
type Refusal = { readonly options: string; readonly wrong: string; readonly remedy: string };

const refusals: readonly Refusal[] = [
  ...Object.entries(ownKeys).map(([key, options]) => ({
    options,
    wrong: "{} has a key of its own",
    remedy: `write it as the stage's ${key}`,
  })),
  {
    // dwld uses them to follow yt-dlp, to keep files apart, and to keep videos whole.
    options: `--output -o --paths -P --batch-file -a --config-locations --config-location --ignore-config
      --no-ignore-config --print -O --print-to-file --progress-template --progress-delta --newline --progress
      --no-progress --quiet -q --no-quiet --verbose -v --no-warnings --simulate -s --no-simulate --skip-download
      --dump-json -j --dump-single-json -J --update -U --update-to --load-info-json --download-archive --cache-dir
      --no-cache-dir --rm-cache-dir --color --no-colors --js-runtimes --no-js-runtimes --remote-components
      --no-playlist --yes-playlist --playlist-items -I --flat-playlist --match-filters --break-match-filters
      --abort-on-unavailable-fragments --skip-unavailable-fragments --no-abort-on-unavailable-fragments
      --ignore-errors -i --continue -c --no-continue --part --no-part --restrict-filenames --trim-filenames`,
    wrong: "dwld sets {} itself",
    remedy: "leave it out",
  },
  {
    options: "--extract-audio -x --audio-format --keep-video -k --live-from-start --wait-for-video --download-sections",
    wrong: "{} depends on what a task asks for",
    remedy: "leave it out",
  },
  {
    // A page behind a link could make use of them.
    options: `--exec --exec-before-download --netrc-cmd --alias --use-postprocessor --plugin-dirs --enable-file-urls
      --ffmpeg-location --downloader-args --external-downloader-args --postprocessor-args --ppa --preset-alias -t
      --compat-options --cookies-from-browser --netrc -n --netrc-location --client-certificate
      --client-certificate-key --bidi-workaround`,
    wrong: "{} runs other programs or reads local files",
    remedy: "leave it out",
  },
  {
    options: `--username -u --password -p --twofactor -2 --video-password --ap-mso --ap-username --ap-password
      --client-certificate-password`,
    wrong: "what {} says can be read by every user of this machine",
    remedy: "log in with a browser, and give its cookies as the stage's cookies",
  },
  {
    options: "--no-check-certificates --no-check-certificate --prefer-insecure --source-address --encoding",
    wrong: "{} makes the connection one that nobody can rely on",
    remedy: "leave it out",
  },
];

const refusalOf: ReadonlyMap<string, Refusal> = new Map(
  refusals.flatMap((refusal) => refusal.options.split(/\s+/).map((option) => [option, refusal] as const)),
);

/** Returns why an option may not stand in a stage, or undefined if no reason is known. */
export function refusedOption(option: string): { wrong: string; remedy: string } | undefined {
  const refusal = refusalOf.get(option);
  return refusal && { wrong: refusal.wrong.replace("{}", option), remedy: refusal.remedy };
}
