import { cleanName } from "@dwld/text";

/** The fields of AddTask: one name, and a path of at most four names below it, each of at most 64 bytes. */
export type UserPath = { userName: string; folder: string };

const maxSegments = 1 + 4;
const maxSegmentBytes = 64;

/**
 * Splits the legacy `userName`, which bots used as a path: "ann/films/new". What AddTask refuses is cleaned, since an old
 * bot could tell nobody. Either slash separates; ".", "..", hidden characters, leading dots and dashes are removed; a
 * long name is cut at a whole letter; folders below the fifth are dropped.
 */
export function splitUserPath(path: string): UserPath {
  const [userName = "", ...folders] = path
    .split(/[/\\]/)
    .map((segment) => cleanName(segment, maxSegmentBytes))
    .filter((segment) => segment !== "")
    .slice(0, maxSegments);
  return { userName, folder: folders.join("/") };
}
