import { wordsOf } from "./language.ts";

const en = { now: "Now", waiting: "Waiting", failed: "Failed", done: "Done" };
const ru: typeof en = { now: "Сейчас", waiting: "Ждут", failed: "Не удались", done: "Готово" };

export const listWords = wordsOf({ en, ru });
