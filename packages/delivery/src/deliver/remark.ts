import { posix } from "node:path";
import { joinTexts, type Texts } from "@dwld/queue";

/**
 * Returns what a person is told of a delivery that differs from what was asked for; undefined: nothing.
 *
 * @param remarks on single files, of which some may be equal.
 * @param skipped the paths of files that others have, which were left as they were.
 */
export function remarkOn(remarks: readonly Texts[], skipped: readonly string[]): Texts | undefined {
  const distinct = remarks.filter(({ en }, index) => remarks.findIndex((remark) => remark.en === en) === index);
  return joinTexts(skipped.length === 0 ? distinct : [...distinct, skippedRemark(skipped)]);
}

function skippedRemark(skipped: readonly string[]): Texts {
  const names = skipped.map((path) => posix.basename(path));
  const [shown, more] = [names.slice(0, 3).join(", "), names.length - 3];
  const [was, it] = names.length === 1 ? ["was", "it was"] : ["were", "they were"];
  const en = `${shown}${more > 0 ? ` and ${more} more` : ""} ${was} there already and ${was} left as ${it}.`;
  const ru = `На сервере уже есть и оставлено без изменений: ${shown}${more > 0 ? ` и ещё ${more}` : ""}.`;
  return { en, ru };
}
