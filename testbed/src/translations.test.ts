import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const docs = join(import.meta.dirname, "../../docs");

/** Stands for a block of code while sections are read. */
const block = "\u0000";

/** Words within code that a reader replaces, and names of files and folders that are examples. */
const inEnglish: Readonly<Record<string, string>> = {
  ССЫЛКА: "LINK",
  САЙТ: "SITE",
  ФАЙЛ: "FILE",
  ИМЯ: "NAME",
  "ИМЯ-ДИСКА": "NAME-OF-THE-DISK",
  "ОБЩАЯ-ПАПКА": "SHARED-FOLDER",
  "ПЕРВЫЙ-DWLD": "THE-FIRST-DWLD",
  Название: "Title",
  ОТПЕЧАТОК: "FINGERPRINT",
};

function translated(code: string): string {
  return code.replaceAll(/[А-Яа-яё]+(?:-[А-ЯA-Z]+)*/g, (word) => inEnglish[word] ?? word);
}

type Section = { heading: string; level: number; blocks: string[]; spans: string[] };

/** Each section of a document: its blocks of code without their comments, and what stands in backticks outside of them. */
function sectionsOf(name: string): Section[] {
  const text = readFileSync(join(docs, name), "utf8");
  // Blocks first: a comment in them looks like a heading.
  const blocks: string[] = [];
  const prose = text.replaceAll(/^```(.*)\n([^]*?)^```$/gm, (_, kind: string, code: string) => {
    // A recorded terminal answers in its reader's language (transcripts.test.ts holds it): the same was typed.
    const written = kind === "console" ? code.replaceAll(/^(?!\$ ).*\n/gm, "") : code;
    blocks.push(translated(written.replaceAll(/ *#.*$/gm, "")));
    return block;
  });
  return prose.split(/^(?=#+ )/m).map((section) => ({
    heading: section.split("\n", 1)[0] ?? "",
    level: /^#*/.exec(section)?.[0].length ?? 0,
    blocks: blocks.splice(0, section.split(block).length - 1),
    spans: [...new Set(section.matchAll(/`([^`]+)`/g).map(([, code = ""]) => translated(code)))].toSorted(),
  }));
}

for (const [original, translation] of [
  ["guide.md", "guide.ru.md"],
  ["operations.md", "operations.ru.md"],
] as const)
  test(`translations: ${translation} has the sections of ${original}, and in each the same code, settings and messages`, () => {
    const [given, told] = [sectionsOf(original), sectionsOf(translation)];
    assert.deepEqual(
      told.map(({ level }) => level),
      given.map(({ level }) => level),
    );
    for (const [index, { heading, blocks, spans }] of given.entries()) {
      const where = `${heading} / ${told[index]?.heading ?? ""}`;
      assert.deepEqual(told[index]?.blocks, blocks, where);
      assert.deepEqual(told[index]?.spans, spans, where);
    }
  });
