import type { optionTable, TaskOptions } from "@dwld/options";
import { wordsOf } from "./language.ts";

/** The words of an option: its name, a hint where the name is not enough, and a word for each of its values. */
type OptionWords<Value> = { readonly label: string; readonly hint?: string } & (Value extends string
  ? string extends Value
    ? unknown
    : Values<Value>
  : Value extends readonly (infer Item extends string)[]
    ? string extends Item
      ? unknown
      : Values<Item>
    : unknown);
type Values<Value extends string> = { readonly values: Readonly<Record<Value, string>> };

type Table = typeof optionTable;
/** The options with which a group of the form begins. */
type Heads = { [Name in keyof Table]: Table[Name]["cli"] extends { group: string } ? Name : never }[keyof Table];

/** An option without words, and a value without a word, do not compile. */
type Words = {
  readonly where: string;
  readonly folder: string;
  readonly folderHint: string;
  readonly userName: string;
  readonly userNameHint: string;
  readonly startAfter: string;
  readonly height: string;
  readonly none: string;
  readonly pixels: (lines: string) => string;
  readonly keep: string;
  readonly clear: string;
  readonly remove: (option: string) => string;
  readonly quoted: (text: string) => string;
  readonly unreadable: (text: string) => string;
  readonly groups: Readonly<Record<Heads, string>>;
  readonly options: { readonly [Name in keyof TaskOptions]: OptionWords<TaskOptions[Name]> };
};

const enCategories = {
  sponsor: "sponsors",
  intro: "intro",
  outro: "closing titles",
  selfpromo: "self-promotion",
  preview: "preview",
  filler: "filler",
  interaction: "calls to subscribe",
  music_offtopic: "what is no music",
  poi_highlight: "the highlight",
  chapter: "chapters",
};

const en: Words = {
  where: "Where to, and when",
  folder: "Folder",
  folderHint: "Below the folder of the person: films/short",
  userName: "For whom",
  userNameHint: "The first folder on the server",
  startAfter: "Not before",
  height: "Another height of the picture",
  none: "—",
  pixels: (lines) => `${lines} lines`,
  keep: "Keep these for next time",
  clear: "Clear",
  remove: (option) => `Remove: ${option}`,
  quoted: (text) => `“${text}”`,
  unreadable: (text) => `“${text}” cannot be taken.`,
  groups: {
    audioOnly: "Picture and sound",
    subtitleLanguages: "Beside the video",
    playlist: "Playlists, channels and live streams",
  },
  options: {
    audioOnly: { label: "Sound" },
    audioFormat: {
      label: "Format of the sound",
      values: { source: "As the site has it", best: "The best there is", m4a: "M4A", mp3: "MP3" },
    },
    sections: { label: "Parts", hint: "1:30-2:00, 10:00- to the end, -0:30 from the beginning; a comma between two" },
    recode: {
      label: "Encoding",
      hint: "Encoding takes long. Every device plays the result, and parts are cut exactly.",
      values: { never: "As the site has it", mp4: "Encode as MP4" },
    },
    subtitleLanguages: { label: "Subtitles", hint: "If the site has them. Others by their tags: pt-BR, ja" },
    automaticSubtitles: { label: "Subtitles by a machine", hint: "If there are no others" },
    subtitlePlacement: {
      label: "Subtitles come",
      values: { default: "Where they fit best", embedded: "In the video", file: "As a file beside it" },
    },
    thumbnail: {
      label: "Cover picture",
      values: { none: "None", embedded: "In the file", file: "As a file beside it" },
    },
    embedChapters: { label: "Chapters" },
    embedMetadata: { label: "Title, author, date and description in the file" },
    sponsorblockRemove: {
      label: "Cut out",
      hint: "What viewers marked by SponsorBlock; YouTube alone",
      values: enCategories,
    },
    sponsorblockMark: {
      label: "Mark as chapters",
      values: enCategories,
    },
    playlist: { label: "Whole playlist or channel", hint: "Otherwise the one video, or the first" },
    playlistLimit: { label: "At most, videos", hint: "0: as many as the server allows" },
    uploadedAfter: { label: "Uploaded on this day or later" },
    uploadedBefore: { label: "Uploaded on this day or before" },
    liveMode: {
      label: "Live streams",
      values: { refuse: "Not taken", record: "Record from now on", record_from_start: "Record from the start" },
    },
  },
};

const ruCategories = {
  sponsor: "рекламу",
  intro: "заставку",
  outro: "титры",
  selfpromo: "саморекламу",
  preview: "анонс",
  filler: "отступления",
  interaction: "призывы подписаться",
  music_offtopic: "всё, кроме музыки",
  poi_highlight: "главный момент",
  chapter: "главы",
};

const ru: Words = {
  where: "Куда и когда",
  folder: "Папка",
  folderHint: "Внутри папки человека: фильмы/короткие",
  userName: "Для кого",
  userNameHint: "Первая папка на сервере",
  startAfter: "Не раньше",
  height: "Другая высота изображения",
  none: "—",
  pixels: (lines) => `${lines} строк`,
  keep: "Запомнить на следующий раз",
  clear: "Сбросить",
  remove: (option) => `Убрать: ${option}`,
  quoted: (text) => `«${text}»`,
  unreadable: (text) => `«${text}» не подходит.`,
  groups: {
    audioOnly: "Изображение и звук",
    subtitleLanguages: "Вместе с видео",
    playlist: "Плейлисты, каналы и прямые эфиры",
  },
  options: {
    audioOnly: { label: "Звук" },
    audioFormat: {
      label: "Формат звука",
      values: { source: "Как на сайте", best: "Лучший из имеющихся", m4a: "M4A", mp3: "MP3" },
    },
    sections: { label: "Отрывки", hint: "1:30-2:00, 10:00- до конца, -0:30 с начала; несколько — через запятую" },
    recode: {
      label: "Перекодирование",
      hint: "Это долго, зато результат откроется везде, а отрывки вырезаются точно.",
      values: { never: "Как на сайте", mp4: "Перекодировать в MP4" },
    },
    subtitleLanguages: { label: "Субтитры", hint: "Если они есть на сайте. Другие языки — кодами: pt-BR, ja" },
    automaticSubtitles: { label: "Автоматические субтитры", hint: "Если других нет" },
    subtitlePlacement: {
      label: "Где субтитры",
      values: { default: "Как удобнее", embedded: "Внутри видео", file: "Файлом рядом" },
    },
    thumbnail: { label: "Обложка", values: { none: "Нет", embedded: "Внутри файла", file: "Файлом рядом" } },
    embedChapters: { label: "Главы" },
    embedMetadata: { label: "Название, автор, дата и описание в файле" },
    sponsorblockRemove: {
      label: "Вырезать",
      hint: "То, что зрители отметили в SponsorBlock; только YouTube",
      values: ruCategories,
    },
    sponsorblockMark: {
      label: "Отметить главами",
      values: ruCategories,
    },
    playlist: { label: "Весь плейлист или канал", hint: "Иначе — одно видео, или первое" },
    playlistLimit: { label: "Не больше видео", hint: "0 — сколько разрешает сервер" },
    uploadedAfter: { label: "Выложено в этот день или позже" },
    uploadedBefore: { label: "Выложено в этот день или раньше" },
    liveMode: {
      label: "Прямые эфиры",
      values: { refuse: "Не скачивать", record: "Записать с этого момента", record_from_start: "Записать с начала" },
    },
  },
};

export const optionWords = wordsOf({ en, ru });
