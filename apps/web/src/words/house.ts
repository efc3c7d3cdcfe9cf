import { wordsOf } from "./language.ts";

const en = {
  free: (bytes: string) => `${bytes} free`,
  to: (place: string) => `to ${place}`,
  kept: "videos stay on the server",
  server: "Server",
};
const ru: typeof en = {
  free: (bytes) => `${bytes} свободно`,
  to: (place) => `на ${place}`,
  kept: "видео остаются на сервере",
  server: "Сервер",
};

export const houseWords = wordsOf({ en, ru });
