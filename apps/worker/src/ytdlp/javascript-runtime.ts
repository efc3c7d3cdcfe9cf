/**
 * YouTube's extractor wants a JavaScript runtime since 2025.11, and enables only deno by itself; our own Node is here
 * anyway, and yt-dlp takes from it all permissions. The scripts that run in it come with some installations of yt-dlp;
 * the others may load them, by release and by the hashes that yt-dlp knows, into the lasting cache folder.
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
