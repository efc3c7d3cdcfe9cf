import { randomUUID } from "node:crypto";
import type { NoticeRow, Texts } from "@dwld/queue";
import { oneLine } from "@dwld/text";
import type { Seen } from "./condition.ts";
import { inEachLanguage } from "./languages/languages.ts";

/** A condition in a message, with its words in each language. */
type Part = { readonly kind: string; readonly subject: string; readonly sinceMs: number; readonly text: Texts };

/** A message to the operator, as it waits in the outbox. */
export type Message = {
  /** The same however often it is sent, and to whomever. */
  readonly id: string;
  readonly atMs: number;
  readonly title: Texts;
  readonly body: Texts;
  readonly began: readonly (Part & { readonly todo: Texts })[];
  readonly ended: readonly Part[];
};

/** The longest sentence about a condition, in characters: a server may say much. */
const mostCharacters = 500;

/** Returns what is told of a condition, on one line. */
export function textOf({ condition }: Pick<Seen, "condition">): Texts {
  return inEachLanguage((language) => oneLine(language.condition(condition).what, mostCharacters));
}

/** Returns the message about what began and what is over. */
export function messageOf(
  { began, ended }: { began: readonly Seen[]; ended: readonly NoticeRow[] },
  { machine, now }: { machine: string; now: number },
): Message {
  const needed = began.filter(({ condition }) => condition.kind !== "update").length;
  const counts = { began: began.length, needed, ended: ended.length };
  const beganParts = began.map((seen) => ({
    kind: seen.condition.kind,
    subject: seen.subject,
    sinceMs: seen.sinceMs,
    text: textOf(seen),
    todo: inEachLanguage((language) => language.condition(seen.condition).todo),
  }));
  const endedParts = ended.map(({ kind, subject, since: sinceMs }) => ({
    ...{ kind, subject, sinceMs },
    text: inEachLanguage((language) => oneLine(language.over(kind, subject))),
  }));
  return {
    id: randomUUID(),
    atMs: now,
    title: inEachLanguage((language) => oneLine(language.title(counts, machine))),
    body: inEachLanguage((language) => {
      const { locale, todo } = language;
      const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
      const tag = locale.slice(0, 2);
      return [
        ...beganParts.map((part) =>
          [
            `${said(part.text, tag)} ${language.since(time.format(part.sinceMs))}`,
            `${todo} ${said(part.todo, tag)}`,
          ].join("\n"),
        ),
        ...endedParts.map(({ text }) => said(text, tag)),
      ].join("\n\n");
    }),
    began: beganParts,
    ended: endedParts,
  };
}

/** Returns the message of a trial. */
export function trialMessage(now: number): Message {
  return {
    id: randomUUID(),
    atMs: now,
    title: inEachLanguage(({ trial }) => trial.title),
    body: inEachLanguage(({ trial }) => trial.body),
    began: [],
    ended: [],
  };
}

/** Returns a text in a language, else in English. */
export function said(texts: Texts, language: string): string {
  return texts[language] ?? texts.en;
}
