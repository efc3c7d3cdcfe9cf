import { wordsOf } from "./language.ts";

const en = {
  unreachable: "The server does not answer.",
  sessionEnded: "You are logged out. Log in again.",
  notAllowed: "Your token does not allow this.",
  tooManyCalls: (wait: string) => `Too many tries. Try again in ${wait}.`,
  connecting: "Connecting …",
  asOf: (time: string) => `You see it as of ${time}.`,
  newer: "The server has a newer version of this page.",
  reload: "Reload",
  notLoaded: "This part of the page could not be loaded from the server.",
  tryAgain: "Try again",
};
const ru: typeof en = {
  unreachable: "Сервер не отвечает.",
  sessionEnded: "Сеанс завершён. Войдите снова.",
  notAllowed: "Ваш токен этого не разрешает.",
  tooManyCalls: (wait) => `Слишком много попыток. Повторите через ${wait}.`,
  connecting: "Соединение …",
  asOf: (time) => `Последние данные: ${time}.`,
  newer: "На сервере есть новая версия этой страницы.",
  reload: "Обновить",
  notLoaded: "Эту часть страницы не удалось загрузить с сервера.",
  tryAgain: "Повторить",
};

export const connectionWords = wordsOf({ en, ru });
