import type { Interceptor } from "@connectrpc/connect";
import { type Failure, FailureClass, FailureSchema } from "@dwld/rpc";

export type ReaderLanguage = "en" | "ru";

/** Of the locale for messages: the first of these that is not empty decides (POSIX.1-2024, XBD 8.2). */
export function readerLanguage(environment: Readonly<Record<string, string | undefined>>): ReaderLanguage {
  const names = ["LC_ALL", "LC_MESSAGES", "LANG"];
  const locale = names.map((name) => environment[name] ?? "").find((value) => value !== "") ?? "";
  return /^ru(?![a-z])/i.test(locale) ? "ru" : "en";
}

/** Puts each failure's advice in Russian, wherever it is in an answer. What has no Russian stays English. */
export const adviceInRussian: Interceptor = (next) => async (request) => {
  const response = await next(request);
  if (response.stream) return { ...response, message: eachInRussian(response.message) };
  putInRussian(response.message);
  return response;
};

async function* eachInRussian<Message>(messages: AsyncIterable<Message>): AsyncIterable<Message> {
  for await (const message of messages) {
    putInRussian(message);
    yield message;
  }
}

function putInRussian(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (isFailure(value)) value.advice = russianAdvice(value);
  else for (const part of Object.values(value)) putInRussian(part);
}

function isFailure(value: object): value is Failure {
  return "$typeName" in value && value.$typeName === FailureSchema.typeName;
}

/** Of a delivery the English sentence says what to mend, in words of the configuration; the Russian does not. */
function russianAdvice({ failureClass, advice, adviceRu }: Failure): string {
  if (adviceRu === "" || failureClass !== FailureClass.DELIVERY) return adviceRu || advice;
  return `${adviceRu} ${advice}`.trim();
}
