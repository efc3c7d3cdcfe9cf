import { wordsOf } from "./language.ts";

/** What one can do, in every room. */
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
