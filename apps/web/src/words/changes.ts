import { wordsOf } from "./language.ts";
import { count } from "./plural.ts";

/** The words that tell what was done with tasks, or could not be. */
const en = {
  canceled: "Canceled",
  keeping: "The recording stops, and what there is of it is kept.",
  deleted: (name: string) => `“${name}” is deleted.`,
  deletedMany: count({ one: "# is deleted.", other: "# are deleted." }),
  stopped: "What was running is canceled.",
  retriedMany: count({ one: "# is tried again.", other: "# are tried again." }),
  canceledMany: count({ one: "# is canceled.", other: "# are canceled." }),
  stay: count({ one: "# stays as it is:", other: "# stay as they are:" }),
  backAgain: (why: string) => `Not deleted: ${why}`,
};
const ru: typeof en = {
  canceled: "Отменено",
  keeping: "Запись останавливается, записанное сохранится.",
  deleted: (name) => `«${name}» удаляется.`,
  deletedMany: count({ one: "Удаляется # загрузка.", few: "Удаляются # загрузки.", other: "Удаляются # загрузок." }),
  stopped: "То, что загружалось, отменяется.",
  retriedMany: count({
    one: "Повторяется # загрузка.",
    few: "Повторяются # загрузки.",
    other: "Повторяются # загрузок.",
  }),
  canceledMany: count({ one: "Отменена # загрузка.", few: "Отменены # загрузки.", other: "Отменено # загрузок." }),
  stay: count({ one: "# осталась как есть:", few: "# остались как есть:", other: "# остались как есть:" }),
  backAgain: (why) => `Не удалено: ${why}`,
};

export const changeWords = wordsOf({ en, ru });
