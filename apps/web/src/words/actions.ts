import { wordsOf } from "./language.ts";

/** The names of actions that more than one room offers. */
const en = {
  cancel: "Cancel",
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  delete: "Delete",
  failed: "Failed",
  retry: "Try again",
  undo: "Undo",
};
const ru: typeof en = {
  cancel: "Отменить",
  close: "Закрыть",
  copy: "Скопировать",
  copied: "Скопировано",
  delete: "Удалить",
  failed: "Не удалось",
  retry: "Повторить",
  undo: "Вернуть",
};

export const actionWords = wordsOf({ en, ru });
