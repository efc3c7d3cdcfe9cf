import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { parseConfiguration } from "./parse-configuration.ts";
import type { StageSettings } from "./stage-settings.ts";
import { allowedOptions, ownKeys, refusedOption } from "./ytdlp-options.ts";

/** A value for each option that takes one. */
const values: Readonly<Record<string, string>> = {
  "--socket-timeout": "12.5",
  "--retries": "5",
  "--fragment-retries": "5",
  "--file-access-retries": "5",
  "--extractor-retries": "5",
  "--retry-sleep": "fragment:exp=1:30",
  "--sleep-interval": "1",
  "--max-sleep-interval": "2.5",
  "--sleep-subtitles": "1",
  "--add-headers": "Accept-Language:de",
  "--xff": "DE",
  "--use-extractors": "default,-generic",
  "--min-filesize": "50k",
  "--max-filesize": "1.5G",
  "--date": "today-2weeks",
  "--datebefore": "20250131",
  "--dateafter": "now-1year",
  "--age-limit": "18",
  "--buffer-size": "16K",
  "--http-chunk-size": "10M",
  "--convert-thumbnails": "jpg",
  "--sub-langs": "en.*,-live_chat",
  "--sub-format": "ass/srt/best",
  "--convert-subs": "srt",
  "--audio-quality": "128K",
  "--recode-video": "mp4>mp4/mkv",
  "--fixup": "detect_or_warn",
  "--remove-chapters": "intro|outro",
  "--sponsorblock-mark": "all,-preview",
  "--sponsorblock-remove": "sponsor,selfpromo",
};

const all = Object.entries(allowedOptions).flatMap(([option, value]) =>
  value === undefined ? [option] : [option, values[option] ?? assert.fail(`a value for ${option}`)],
);

for (const ytdlp of ["yt-dlp", "yt-dlp-debian"]) {
  const run = (...args: string[]) =>
    spawnSync(ytdlp, ["--ignore-config", ...args], { encoding: "utf8", env: { ...process.env, COLUMNS: "1000" } });

  test(`options of a stage: ${ytdlp} knows all of them, and accepts their right values`, () => {
    const known = new Set(run("--help").stdout.match(/--[a-z][a-z0-9-]+/g));
    assert.deepEqual(
      Object.keys(allowedOptions).filter((option) => !known.has(option)),
      [],
    );
    // yt-dlp checks its options before it lists anything.
    const { status, stderr } = run(...all, "--list-impersonate-targets");
    assert.equal(status, 0, stderr);
  });
}

test("options of a stage: none is both allowed and refused", () => {
  assert.deepEqual(
    Object.keys(allowedOptions).filter((option) => refusedOption(option) !== undefined),
    [],
  );
});

/** Keys of a stage without an option of their own: `client` is short for one of `extractorArgs`. */
type WithoutOption = "needs" | "ytdlp" | "client" | "arguments";

test("options of a stage: those that are a key of a stage are refused by its name, and no key is forgotten", () => {
  const optionsOf: Readonly<Record<Exclude<keyof StageSettings, WithoutOption>, string>> = ownKeys;
  for (const [key, options] of Object.entries(optionsOf))
    for (const option of options.split(" "))
      assert.equal(refusedOption(option)?.remedy, `write it as the stage's ${key}`, option);
});

test("options of a stage: all of them together are accepted", () => {
  const written = JSON.stringify(all);
  const { stages } = parseConfiguration(`stages: { a: { arguments: ${written} } }`, { file: "/etc/dwld/dwld.yaml" });
  assert.deepEqual(stages["a"]?.arguments, all);
});

test("options of a stage: none runs programs, reads or writes files, or carries secrets (yt-dlp 2025.04.30, 2026.10.26)", () => {
  const dangerous = `--exec --exec-before-download --no-exec --config-locations --alias --preset-alias --use-postprocessor
    --downloader --external-downloader --downloader-args --external-downloader-args --ffmpeg-location --print-to-file
    --cookies --cookies-from-browser --netrc --netrc-cmd --netrc-location --js-runtimes --remote-components
    --postprocessor-args --ppa --plugin-dirs --enable-file-urls --output --paths --batch-file --load-info-json
    --download-archive --cache-dir --write-link --write-url-link --write-webloc-link --write-desktop-link --write-pages
    --username --password --video-password --client-certificate --proxy --geo-verification-proxy --compat-options
    --update --update-to --match-filters --break-match-filters --skip-unavailable-fragments --bidi-workaround`;
  for (const option of dangerous.split(/\s+/)) assert.ok(!Object.hasOwn(allowedOptions, option), option);
});
