import { posix } from "node:path";
import type { FileRow, Texts } from "@dwld/queue";
import { leftAsItWas } from "./reserve-name.ts";

/** Returns a remark for a person on files that were not sent, since others have their names; undefined: all were sent. */
export function skippedRemark(files: readonly FileRow[]): Texts | undefined {
  const skipped = files.filter((file) => file.verified_by === leftAsItWas);
  const names = skipped.map(({ name, remote_path }) => posix.basename(remote_path ?? name));
  if (names.length === 0) return undefined;
  const [shown, more] = [names.slice(0, 3).join(", "), names.length - 3];
  const [was, it] = names.length === 1 ? ["was", "it was"] : ["were", "they were"];
  const en = `${shown}${more > 0 ? ` and ${more} more` : ""} ${was} there already and ${was} left as ${it}.`;
  const ru = `На сервере уже есть и оставлено без изменений: ${shown}${more > 0 ? ` и ещё ${more}` : ""}.`;
  return { en, ru };
}
