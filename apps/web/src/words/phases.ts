import { wordsOf } from "./language.ts";

/** The phases of a task in work, in plain words. */
const en = {
  lookingUp: "Looking it up",
  downloading: "Downloading",
  sound: "Downloading the sound",
  recording: "Recording",
  live: "live",
  merging: "Joining picture and sound",
  extracting: "Taking the sound out",
  encoding: "Encoding",
  finishing: "Finishing the file",
  delivering: "Delivering",
  verifying: "Verifying the copy",
};
const ru: typeof en = {
  lookingUp: "Поиск видео",
  downloading: "Загрузка",
  sound: "Загрузка звука",
  recording: "Идёт запись",
  live: "эфир",
  merging: "Сборка видео и звука",
  extracting: "Извлечение звука",
  encoding: "Перекодирование",
  finishing: "Подготовка файла",
  delivering: "Отправка",
  verifying: "Проверка копии",
};

export const phaseWords = wordsOf({ en, ru });
