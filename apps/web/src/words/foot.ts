import { wordsOf } from "./language.ts";

const en = { language: "Language", more: "More", server: "Server", ways: "Ways to add" };
const ru: typeof en = { language: "Язык", more: "Ещё", server: "Сервер", ways: "Как добавлять" };

export const footWords = wordsOf({ en, ru });
