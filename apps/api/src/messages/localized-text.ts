import { create } from "@bufbuild/protobuf";
import type { Texts } from "@dwld/queue";
import { type LocalizedText, LocalizedTextSchema } from "@dwld/rpc";

/** Converts texts by language. English is first, as the contract promises. */
export function localizedTexts(texts: Texts | undefined): LocalizedText[] {
  if (texts === undefined) return [];
  const { en, ...others } = texts;
  return Object.entries({ en, ...others }).map(([languageCode, text]) =>
    create(LocalizedTextSchema, { languageCode, text }),
  );
}
