import * as z from "zod";
import { flag, list, name, oneOf, path, quantity, text, webUrl } from "./values.ts";

const update = z.strictObject({
  channel: oneOf(["stable", "nightly", "off"])
    .exactOptional()
    .describe(
      "Which releases of yt-dlp dwld fetches, tries and uses by itself. Default: stable; off where command or commands is written, since that yt-dlp is looked after by hand.",
    ),
  everyHours: quantity("hours", 0.01, 8760).default(24).describe("Time between two looks for a newer release."),
  mirror: webUrl("https://mirror.example/yt-dlp")
    .exactOptional()
    .describe("A server with the releases below /releases, as GitHub has them. Default: yt-dlp's own on GitHub."),
  keyFile: path("/etc/dwld/yt-dlp-key.asc")
    .exactOptional()
    .describe("The public key that signs the releases, if it is another than yt-dlp's own, which comes with dwld."),
});

export const ytdlp = z.strictObject({
  command: command()
    .exactOptional()
    .describe("The program and the arguments before all others. Default: the newest that dwld fetched, else [yt-dlp]."),
  commands: z
    .record(name("yt-dlp"), command())
    .exactOptional()
    .describe("Further ones, by name: the first that works is used, `command` before them; a stage may name one."),
  keepLoaded: flag()
    .default(true)
    .describe("Keeps yt-dlp in memory (some 70 MB) while there is work: a start then costs a fifth."),
  update: update.prefault({}),
});

function command() {
  return list(text("a program or an argument"), {
    min: 1,
    right: "a list: the program, then its arguments, such as [yt-dlp]",
  });
}
