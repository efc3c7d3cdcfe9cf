import { wordsOf } from "./language.ts";

const en = {
  unreachable: "The server does not answer.",
  sessionEnded: "You are logged out. Log in again.",
  notAllowed: "Your token does not allow this.",
  lost: (asOf: string) => `The server does not answer. You see ${asOf}.`,
  connecting: "Connecting …",
};
const ru: typeof en = {
  unreachable: "Сервер не отвечает.",
  sessionEnded: "Сеанс завершён. Войдите снова.",
  notAllowed: "Ваш ключ этого не разрешает.",
  lost: (asOf) => `Сервер не отвечает. Показано то, что было в ${asOf}.`,
  connecting: "Соединение …",
};

export const connectionWords = wordsOf({ en, ru });
