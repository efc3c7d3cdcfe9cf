import { isSection, itemsOf, keysOf, type PathProblem, valueAt } from "./written-values.ts";

const ways = ["webhook", "ntfy", "email", "telegram"];

/** Checks the keys of `notify` against each other. */
export function checkNotify(written: unknown): PathProblem[] {
  return [...itemsOf(valueAt(written, ["notify", "targets"])).flatMap(checkTarget), ...checkTaskUrls(written)];
}

function checkTarget(target: unknown, index: number): PathProblem[] {
  if (!isSection(target)) return [];
  const given = keysOf(target).filter((key) => ways.includes(key));
  if (given.length === 1) return [];
  const path = ["notify", "targets", index];
  if (given.length === 0) return [{ path, message: "names no way to tell", remedy: `give one of ${ways.join(", ")}` }];
  return [{ path, message: `has ${given.join(" and ")}`, remedy: "make a target of each" }];
}

function checkTaskUrls(written: unknown): PathProblem[] {
  const urls = itemsOf(valueAt(written, ["notify", "taskUrls"]));
  const hasSecret = valueAt(written, ["notify", "taskSecretFile"]) !== undefined;
  const path = ["notify", "taskSecretFile"];
  if (urls.length > 0 && !hasSecret)
    return [
      {
        path,
        message: "is missing, and taskUrls needs it",
        remedy: "name a file with a secret that the receivers know",
      },
    ];
  if (urls.length === 0 && hasSecret)
    return [
      { path, message: "is of no use without taskUrls", remedy: "name what a notify_url begins with in taskUrls" },
    ];
  return [];
}
