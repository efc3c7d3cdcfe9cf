/**
 * Returns the arguments that let YouTube's extractor use our own Node: it needs a JavaScript runtime since 2025.11 and
 * enables only deno by itself. yt-dlp runs it without any permission. Some installations include the scripts that run in
 * it; the others may load them, by release and by the hashes that yt-dlp knows, into the cache folder.
 */
export function javaScriptArguments({
  options,
  challengeSolver,
}: {
  readonly options: ReadonlySet<string>;
  readonly challengeSolver: boolean;
}): string[] {
  if (!options.has("--js-runtimes")) return [];
  const load = !challengeSolver && options.has("--remote-components");
  return [`--js-runtimes=node:${process.execPath}`, ...(load ? ["--remote-components=ejs:github"] : [])];
}
