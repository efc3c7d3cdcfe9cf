import { clientArgument, type StageSettings } from "@dwld/daemon";

export type StageRun = {
  readonly link: string;
  /** The run's copy of the cookies, which yt-dlp writes back; undefined if the stage has none. */
  readonly cookies?: string | undefined;
};

/**
 * Returns the arguments of a stage. Its proxy goes by the environment (proxy-environment.ts), its format and container
 * together with the task's options (option-arguments.ts).
 */
export function stageArguments(stage: StageSettings, { link, cookies }: StageRun): string[] {
  return [
    ...extractorArguments(stage, new URL(link).hostname),
    ...option("--cookies", cookies),
    ...option("--add-headers", stage.userAgent === undefined ? undefined : `User-Agent:${stage.userAgent}`),
    ...option("--impersonate", stage.impersonate === "any" ? "" : stage.impersonate),
    ...(stage.ipVersion === undefined ? [] : [`--force-ipv${stage.ipVersion}`]),
    ...option("--limit-rate", inBytes(stage.rateLimitKilobytesPerSecond)),
    ...option("--throttled-rate", inBytes(stage.throttledRateKilobytesPerSecond)),
    ...option("--sleep-requests", stage.sleepRequestsSeconds),
    ...option("--concurrent-fragments", stage.concurrentFragments),
    ...option("--downloader", stage.downloader),
    ...embedding(stage.embed ?? []),
    ...stage.arguments,
  ];
}

function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${name}=${value}`];
}

function inBytes(kilobytes: number | undefined): number | undefined {
  return kilobytes === undefined ? undefined : Math.round(kilobytes * 1000);
}

/** Returns one argument for each extractor: of two for one extractor, yt-dlp heeds the last. */
function extractorArguments({ client, extractorArgs }: StageSettings, host: string): string[] {
  const argument = client === undefined ? undefined : clientArgument(host);
  const all = [...(argument === undefined ? [] : [`${argument}=${client}`]), ...extractorArgs];
  const byExtractor = Map.groupBy(all, (text) => text.slice(0, text.indexOf(":")).toLowerCase());
  return [...byExtractor].map(([extractor, texts]) => {
    const values = texts.map((text) => text.slice(text.indexOf(":") + 1));
    return `--extractor-args=${extractor}:${values.join(";")}`;
  });
}

/** Embedded metadata would include the chapters, and in Matroska all that yt-dlp knows, signed links as well. */
function embedding(embed: NonNullable<StageSettings["embed"]>): string[] {
  const chapters = embed.includes("chapters");
  return [
    ...(embed.includes("metadata") ? ["--embed-metadata", "--no-embed-info-json"] : []),
    ...(chapters ? ["--embed-chapters"] : embed.includes("metadata") ? ["--no-embed-chapters"] : []),
    ...(embed.includes("thumbnail") ? ["--embed-thumbnail"] : []),
    ...(embed.includes("subtitles") ? ["--embed-subs"] : []),
  ];
}

/** Returns the names of the options among arguments. */
export function optionNames(stageArgs: readonly string[]): string[] {
  return stageArgs.flatMap((argument) => /^--[\w-]+/.exec(argument)?.[0] ?? []);
}
