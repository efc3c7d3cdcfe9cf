import { suggestion } from "./nearest-word.ts";
import { itemsOf, type PathProblem } from "./written-values.ts";

/** Finds names that stand twice in a list, and unknown ones. */
export function checkNames(
  kind: "site" | "stage",
  path: readonly PropertyKey[],
  names: unknown,
  known: readonly string[],
): PathProblem[] {
  return itemsOf(names).flatMap((name, index, all) => {
    if (typeof name !== "string") return [];
    const at = [...path, index];
    if (all.indexOf(name) < index)
      return [{ path: at, message: `${name} stands here a second time`, remedy: `name each ${kind} once` }];
    if (known.includes(name)) return [];
    const remedy = suggestion(name, known, `the ${kind}s are ${known.join(", ")}`);
    return [{ path: at, message: `there is no ${kind} ${JSON.stringify(name)}`, remedy }];
  });
}
