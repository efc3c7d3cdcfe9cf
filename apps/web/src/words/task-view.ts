import { wordsOf } from "./language.ts";

const en = {
  task: "Download",
  back: "Back to the list",
};
const ru: typeof en = {
  task: "Загрузка",
  back: "К списку",
};

export const taskViewWords = wordsOf({ en, ru });
