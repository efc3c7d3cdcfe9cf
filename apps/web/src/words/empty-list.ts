import { wordsOf } from "./language.ts";

const en = {
  searching: "Searching …",
  noMatch: (text: string) => `Nothing here has “${text}” in its title or link.`,
  nothingHere: "Nothing here.",
  showAll: "Show everything",
  firstTitle: "Nothing yet",
  firstRun:
    "Put a link to a video into the box above. It is downloaded, checked, and brought to where your videos are kept.",
  tryExample: "Try it with this one",
};
const ru: typeof en = {
  searching: "Поиск …",
  noMatch: (text) => `Ни в названиях, ни в ссылках нет «${text}».`,
  nothingHere: "Здесь пусто.",
  showAll: "Показать всё",
  firstTitle: "Пока ничего нет",
  firstRun:
    "Вставьте ссылку на видео в поле выше. Видео будет загружено, проверено и доставлено туда, где хранятся ваши видео.",
  tryExample: "Попробовать на этом",
};

export const emptyListWords = wordsOf({ en, ru });
