import { isSection, itemsOf, keysOf, type PathProblem, valueAt } from "./written-values.ts";

const ways = ["webhook", "ntfy", "email", "telegram"];

/** Checks the keys of `notify` against each other. */
export function checkNotify(written: unknown): PathProblem[] {
  return [...itemsOf(valueAt(written, ["notify", "targets"])).flatMap(checkTarget), ...checkTaskUrls(written)];
}

function checkTarget(target: unknown, index: number, targets: readonly unknown[]): PathProblem[] {
  if (!isSection(target)) return [];
  const given = keysOf(target).filter((key) => ways.includes(key));
  const path = ["notify", "targets", index];
  const twin = targets.findIndex((other) => placeOf(other) === placeOf(target));
  if (given.length === 1 && (twin === index || placeOf(target) === undefined)) return [];
  if (given.length === 1)
    return [{ path, message: `leads to the same place as notify.targets[${twin}]`, remedy: "name each place once" }];
  if (given.length === 0) return [{ path, message: "names no way to tell", remedy: `give one of ${ways.join(", ")}` }];
  return [{ path, message: `has ${given.join(" and ")}`, remedy: "make a target of each" }];
}

/** Returns where a target leads, which no other may; undefined: nowhere yet. */
function placeOf(target: unknown): string | undefined {
  const places = [
    ["webhook", "url"],
    ["ntfy", "url"],
    ["email", "to"],
    ["telegram", "chat"],
  ].flatMap((path) => {
    const value = valueAt(target, path);
    return value === undefined ? [] : [JSON.stringify([path[0], value])];
  });
  return places[0];
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
