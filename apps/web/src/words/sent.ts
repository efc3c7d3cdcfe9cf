import { language, wordsOf } from "./language.ts";
import { type Forms, plural } from "./plural.ts";

const count = (number: number, forms: Forms): string => plural(language.value, number, forms);

const en = {
  unreadable: (file: string) => `${file} is no text with links.`,
  added: (links: number) => count(links, { other: "# added" }),
  joined: (links: number) => count(links, { one: "# is already on its way", other: "# are already on their way" }),
  refused: (links: number) => count(links, { other: "# refused" }),
  isAdded: "Added",
  isJoined: "Already on its way",
  others: (links: number) => count(links, { other: "and # more" }),
  holdsLogin: "This link holds a user name or a password. Give it without.",
  tooLong: "This link is longer than 4096 characters.",
  rule: (rule: string, field = "") => (field === "link" ? `This link ${rule}.` : rule),
  waiting: (links: number) =>
    count(links, { one: "# link waits for the server", other: "# links wait for the server" }),
  toGo: (links: number) => count(links, { other: "Adding, # to go …" }),
  held: (links: number) => count(links, { one: "# link waits", other: "# links wait" }),
  goesOn: (time: string) => `Goes on by itself: ${time}.`,
  goesLater: "They go when it answers, even after a reload.",
  foreign: (links: number) =>
    count(links, { one: "# link waits for another login", other: "# links wait for another login" }),
  damaged: (links: number) =>
    count(links, { one: "# link that waited cannot be read", other: "# links that waited cannot be read" }),
  unkept: "This browser keeps nothing for the page, so the links stay in the box.",
  tooMany: (links: number) => `No more than ${links.toLocaleString("en")} links can wait. The others stay in the box.`,
  close: "Close",
  show: "Show",
  discard: "Discard",
};
const ru: typeof en = {
  unreadable: (file) => `${file} — не текст со ссылками.`,
  added: (links) => count(links, { other: "добавлено: #" }),
  joined: (links) => count(links, { other: "уже в работе: #" }),
  refused: (links) => count(links, { other: "отклонено: #" }),
  isAdded: "Добавлена",
  isJoined: "Уже в работе",
  others: (links) => count(links, { other: "и ещё #" }),
  holdsLogin: "В этой ссылке имя пользователя или пароль. Дайте её без них.",
  tooLong: "Эта ссылка длиннее 4096 знаков.",
  rule: (rule, field) => (field === "link" ? `Ссылка не подходит: ${rule}` : rule),
  waiting: (links) =>
    count(links, { one: "# ссылка ждёт сервера", few: "# ссылки ждут сервера", other: "# ссылок ждут сервера" }),
  toGo: (links) => count(links, { other: "Добавляется, осталось: # …" }),
  held: (links) => count(links, { one: "# ссылка ждёт", few: "# ссылки ждут", other: "# ссылок ждут" }),
  goesOn: (time) => `Продолжится само: ${time}.`,
  goesLater: "Они уйдут, когда сервер ответит, даже после перезагрузки страницы.",
  foreign: (links) =>
    count(links, {
      one: "# ссылка ждёт входа с другим токеном",
      few: "# ссылки ждут входа с другим токеном",
      other: "# ссылок ждут входа с другим токеном",
    }),
  damaged: (links) =>
    count(links, {
      one: "# ждавшую ссылку не удалось прочитать",
      few: "# ждавшие ссылки не удалось прочитать",
      other: "# ждавших ссылок не удалось прочитать",
    }),
  unkept: "Браузер ничего не хранит для этой страницы, поэтому ссылки остаются в поле.",
  tooMany: (links) => `Ждать могут не больше ${links.toLocaleString("ru")} ссылок. Остальные остались в поле.`,
  close: "Закрыть",
  show: "Показать",
  discard: "Убрать",
};

export const sentWords = wordsOf({ en, ru });
