import { isMessage } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { type LocalizedText, LocalizedTextSchema } from "@dwld/rpc";

export type ReaderLanguage = "en" | "ru";

/** Returns the language of the locale for messages: the first variable that is not empty decides (POSIX.1-2024, XBD 8.2). */
export function readerLanguage(environment: Readonly<Record<string, string | undefined>>): ReaderLanguage {
  const names = ["LC_ALL", "LC_MESSAGES", "LANG"];
  const locale = names.map((name) => environment[name] ?? "").find((value) => value !== "") ?? "";
  return /^ru(?![a-z])/i.test(locale) ? "ru" : "en";
}

/** Leaves one text of each list of texts in an answer: the reader's language, else the first, which is English. */
export function inLanguage(language: ReaderLanguage): Interceptor {
  return (next) => async (request) => {
    const response = await next(request);
    if (response.stream) return { ...response, message: eachChosen(response.message, language) };
    choose(response.message, language);
    return response;
  };
}

async function* eachChosen<Message>(messages: AsyncIterable<Message>, language: string): AsyncIterable<Message> {
  for await (const message of messages) {
    choose(message, language);
    yield message;
  }
}

function choose(value: unknown, language: string): void {
  if (typeof value !== "object" || value === null) return;
  if (isTexts(value)) {
    const chosen = value.find(({ languageCode }) => languageCode === language) ?? value[0];
    value.splice(0, value.length, ...(chosen === undefined ? [] : [chosen]));
  } else for (const part of Object.values(value)) choose(part, language);
}

function isTexts(value: object): value is LocalizedText[] {
  return Array.isArray(value) && value.every((each: unknown) => isMessage(each, LocalizedTextSchema));
}
