import { wordsOf } from "./language.ts";

const en = {
  links: "Links",
  placeholder: "Paste links, or a text with links in it",
  add: (links: number) => (links < 2 ? "Add" : `Add ${links.toLocaleString("en")}`),
  noLink: "There is no link in this text. A link begins with https://",
  drop: "Drop links here, or a file with links",
  quality: "Quality",
  best: "Best",
  sound: "Sound",
  more: "More",
  notLoaded: "A part of the page could not be fetched. Try again when the server answers.",
};
const ru: typeof en = {
  links: "Ссылки",
  placeholder: "Вставьте ссылки или текст со ссылками",
  add: (links) => (links < 2 ? "Добавить" : `Добавить ${links.toLocaleString("ru")}`),
  noLink: "В этом тексте нет ссылок. Ссылка начинается с https://",
  drop: "Перетащите сюда ссылки или файл со ссылками",
  quality: "Качество",
  best: "Лучшее",
  sound: "Звук",
  more: "Ещё",
  notLoaded: "Не удалось загрузить часть страницы. Повторите, когда сервер ответит.",
};

export const addWords = wordsOf({ en, ru });
