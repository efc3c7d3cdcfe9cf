import { wordsOf } from "./language.ts";
import { count } from "./plural.ts";

const en = {
  title: count({ one: "Delete # download?", other: "Delete # downloads?" }),
  effect: "It leaves this list. What was delivered stays where it is; what still runs is canceled.",
  files: (bytes: string) => `Also delete the files that dwld keeps (${bytes})`,
  anyFiles: "Also delete files that dwld still keeps",
  most: (most: string) => `The newest ${most} are deleted now; select again for the rest.`,
  keep: "Keep",
};
const ru: typeof en = {
  title: count({ one: "Удалить # загрузку?", few: "Удалить # загрузки?", other: "Удалить # загрузок?" }),
  effect: "Исчезнет из этого списка. Доставленное останется на месте, а идущая загрузка будет отменена.",
  files: (bytes) => `Удалить и файлы, которые хранит dwld (${bytes})`,
  anyFiles: "Удалить и файлы, которые dwld ещё хранит",
  most: (most) => `Сейчас удалятся ${most} самых новых; остальные выберите ещё раз.`,
  keep: "Оставить",
};

export const deleteWords = wordsOf({ en, ru });
