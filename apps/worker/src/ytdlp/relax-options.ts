import { type TaskOptions, withoutExtras } from "@dwld/options";
import type { Texts } from "@dwld/queue";
import type { FailureClass } from "../failure/failure-class.ts";

/** Options for a second run, and the sentence that tells the person what was given up. */
export type Relaxation = { options: TaskOptions; remark: Texts };

/**
 * Returns options that ask for less, if a run failed over something beside the video. Undefined if the video itself
 * failed.
 *
 * @param failure.line the line that decided.
 */
export function relaxOptions(
  options: TaskOptions,
  failure: { failureClass: FailureClass; line: string },
): Relaxation | undefined {
  if (options.liveMode === "record_from_start" && /no formats that can be downloaded from the start/.test(failure.line))
    return {
      options: { ...options, liveMode: "record" },
      remark: {
        en: "The site does not offer the stream from its start.",
        ru: "Сайт не отдаёт эту трансляцию с начала.",
      },
    };
  // SponsorBlock is another server, which may answer later.
  if (failure.failureClass !== "postprocess_failed" || /sponsorblock/i.test(failure.line)) return undefined;
  const { options: fewer, names } = withoutExtras(options);
  return names.length === 0 ? undefined : { options: fewer, remark: notEmbedded(names) };
}

function notEmbedded(extras: readonly Texts[]): Texts {
  const list = (language: "en" | "ru") => extras.map((extra) => extra[language]).join(", ");
  return {
    en: `Not put into the file, since that failed: ${list("en")}.`,
    ru: `Не удалось встроить в файл: ${list("ru")}.`,
  };
}
