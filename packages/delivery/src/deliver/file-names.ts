import { posix } from "node:path";
import { candidatePaths, type FilePaths, pathsIn, plainPaths } from "../names/candidate-paths.ts";
import type { FileDelivery } from "./file-delivery.ts";
import { type EarlyName, partPath } from "./reserve-at-claim.ts";

/** The names of a file as far as they are known before its folder is made. */
export type WantedNames = {
  readonly paths: FilePaths;
  /** The sizes that were seen under paths a moment ago, in bytes; undefined for a free one. They are not looked at again. */
  readonly seen: ReadonlyMap<string, number | undefined>;
  /** The name that the claim reserved. */
  readonly reserved?: EarlyName | undefined;
};

/** The names that a file may have in its folder. */
export type FileNames = {
  /** In order of preference. */
  readonly candidates: () => Iterable<string>;
  /** Paths for a destination that refuses the title. */
  readonly plain: readonly string[];
  /** Returns the temporary path for a file with this path. */
  readonly partFor: (path: string) => string;
  /** The name that the claim reserved, if it is in this folder. */
  readonly reserved: EarlyName | undefined;
};

export function namesIn(
  folder: string,
  { record, rules }: Pick<FileDelivery, "record" | "rules">,
  wanted: WantedNames,
): FileNames {
  const paths = pathsIn(folder, wanted.paths);
  const reserved = posix.dirname(wanted.reserved?.path ?? "") === folder ? wanted.reserved : undefined;
  const part = reserved?.part ?? partPath(paths.ofCopy(1), record.taskId, paths.number);
  return {
    candidates: () => candidatePaths(paths, record.reservedPath, rules.conflict),
    plain: plainPaths(paths),
    partFor: (path) => posix.join(posix.dirname(path), posix.basename(part)),
    reserved,
  };
}
