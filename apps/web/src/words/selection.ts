import { language, wordsOf } from "./language.ts";
import { type Forms, plural } from "./plural.ts";

const count = (forms: Forms) => (number: number) => plural(language.value, number, forms);

const en = {
  selected: count({ other: "# selected" }),
  selectShown: "Select all",
  selectMatching: count({ one: "Select the # that matches", other: "Select all # that match" }),
  endSelection: "End the selection",
};
const ru: typeof en = {
  selected: count({ other: "Выбрано: #" }),
  selectShown: "Выбрать все",
  selectMatching: count({ one: "Выбрать найденную", other: "Выбрать все найденные: #" }),
  endSelection: "Снять выбор",
};

export const selectionWords = wordsOf({ en, ru });
