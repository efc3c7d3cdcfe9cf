import { adviceFor, type Language } from "../failure/advice.ts";
import { type FailureClass, failureClasses } from "../failure/failure-class.ts";
import { nextStep } from "./next-step.ts";

/** Classes that no task ends with. */
const unseen: ReadonlySet<FailureClass> = new Set(["playlist_partial", "delivery"]);

/** Returns docs/failures.md: what each class of failure means, what dwld does, and what the person reads. */
export function failureTable(): string {
  const cell = (failureClass: FailureClass, language: Language) => adviceFor(failureClass)[language];
  const rows = failureClasses
    .filter((failureClass) => !unseen.has(failureClass))
    .map(
      (failureClass) =>
        `| \`${failureClass}\` | ${nextStep(failureClass)} | ${cell(failureClass, "en")} | ${cell(failureClass, "ru")} |`,
    );
  return [
    "# Why a download failed, and what follows",
    "",
    "Each attempt that fails is put into one of these classes, by the structure of what yt-dlp said. `dwld show ID` tells the class and",
    "the line that decided; `dwld explain` does so for any output of yt-dlp, without a server, and says what it was unsure of. Made by",
    "`make docs` out of the code.",
    "",
    "| class | what dwld does | what the person reads | по-русски |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
