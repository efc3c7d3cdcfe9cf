import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes the folder in which workers of all tests keep what programs said of themselves, so that each yt-dlp is asked once
 * and not at each start. Below node_modules: kept between runs, in no commit, and gone with the checkout.
 */
export function makeProgramAnswersFolder(): string {
  const folder = join(import.meta.dirname, "../node_modules/.cache/programs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Has a worker with this data folder keep them there. */
export function linkProgramAnswers(data: string): void {
  mkdirSync(data, { recursive: true });
  const link = join(data, "programs");
  // A second dwld may have the data of the first.
  if (!existsSync(link)) symlinkSync(makeProgramAnswersFolder(), link);
}
