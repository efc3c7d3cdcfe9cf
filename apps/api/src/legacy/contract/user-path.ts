import { cleanName } from "@dwld/text";

/** As AddTask has it: one name, and a path of at most four below it, each of at most 64 bytes. */
export type UserPath = { userName: string; folder: string };

const maxSegments = 1 + 4;
const maxSegmentBytes = 64;

/**
 * The first contract's `userName` was used as a path by its bots: "ann/films/new". What today's contract refuses is
 * cleaned here, since an old bot could tell nobody: either slash separates, "." and "..", hidden characters and
 * leading dots and dashes go, a name that is too long is cut at a whole letter, and files that would lie deeper than five folders lie in the fifth.
 */
export function splitUserPath(path: string): UserPath {
  const [userName = "", ...folders] = path
    .split(/[/\\]/)
    .map((segment) => cleanName(segment, maxSegmentBytes))
    .filter((segment) => segment !== "")
    .slice(0, maxSegments);
  return { userName, folder: folders.join("/") };
}
