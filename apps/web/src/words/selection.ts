import { wordsOf } from "./language.ts";
import { count } from "./plural.ts";

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
