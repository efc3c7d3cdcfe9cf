import { wordsOf } from "./language.ts";

const en = {
  title: "Keys",
  add: "Paste links",
  search: "Search",
  next: "Next row",
  previous: "Row before",
  open: "Open the row",
  retry: "Try again",
  cancel: "Cancel",
  select: "Select the row",
  delete: "Delete",
  leave: "Close what is open, or end the selection",
  help: "This table",
};
const ru: typeof en = {
  title: "Клавиши",
  add: "Вставить ссылки",
  search: "Поиск",
  next: "Следующая строка",
  previous: "Предыдущая строка",
  open: "Открыть строку",
  retry: "Повторить",
  cancel: "Отменить",
  select: "Выбрать строку",
  delete: "Удалить",
  leave: "Закрыть открытое или снять выбор",
  help: "Эта таблица",
};

export const keyWords = wordsOf({ en, ru });
