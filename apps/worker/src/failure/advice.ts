import type { FailureClass } from "./failure-class.ts";

export type Language = "en" | "ru";

/**
 * Returns one plain sentence for the person who asked for the video: what happened, and what they can do. It names no
 * time, because the next try may move; the task's reason to wait has it.
 */
export function adviceFor(failureClass: FailureClass): Readonly<Record<Language, string>> {
  return advice[failureClass];
}

type Sentences = Readonly<Record<Language, string>>;

const advice: Readonly<Record<FailureClass, Sentences>> = {
  gone: {
    en: "The video was removed or never existed.",
    ru: "Видео удалено или никогда не существовало.",
  },
  private: {
    en: "The video is private: ask its owner for access.",
    ru: "Это закрытое видео: попросите доступ у владельца.",
  },
  login_required: {
    en: "The site shows this video only to an account that may watch it.",
    ru: "Сайт показывает это видео только тем, кто вошёл в аккаунт с доступом к нему.",
  },
  cookies_stale: {
    en: "Our login for the site has expired; the operator has to renew it.",
    ru: "Сайт больше не узнаёт наш аккаунт: оператору нужно войти заново.",
  },
  bot_check: {
    en: "The site takes us for a robot; later it may let us in again.",
    ru: "Сайт принял нас за робота; возможно, позже он снова нас пустит.",
  },
  rate_limited: {
    en: "The site asks us to slow down; after a while it answers again.",
    ru: "Сайт просит обращаться к нему реже; через некоторое время он снова ответит.",
  },
  geo_blocked: {
    en: "The video is not available in the country where the server stands.",
    ru: "Видео недоступно в стране, где находится сервер.",
  },
  copyright_blocked: {
    en: "A rights holder has blocked the video.",
    ru: "Видео заблокировано по требованию правообладателя.",
  },
  drm: {
    en: "The video is copy-protected and cannot be saved.",
    ru: "Видео защищено от копирования, сохранить его нельзя.",
  },
  not_started: {
    en: "The video has not started yet, or the site still works on it.",
    ru: "Видео ещё не вышло, или сайт его ещё обрабатывает.",
  },
  live_now: {
    en: "The channel is not live, or the recording is not ready yet: add the link again later.",
    ru: "Трансляция сейчас не идёт, или запись ещё не готова: пришлите ссылку позже.",
  },
  format_unavailable: {
    en: "The video does not exist in this quality.",
    ru: "В таком качестве этого видео нет.",
  },
  forbidden_media: {
    en: "The site showed the page of the video and refused the video itself.",
    ru: "Сайт открыл страницу видео, но само видео не отдал.",
  },
  extractor_broken: {
    en: "The site has changed, and our downloader does not understand it any more; the operator has to update it.",
    ru: "Сайт изменился, и загрузчик его больше не понимает: оператору нужно обновить программу.",
  },
  unsupported_url: {
    en: "There is no video at this link that can be downloaded.",
    ru: "По этой ссылке нет видео, которое можно скачать.",
  },
  invalid_url: {
    en: "This link cannot be used: it is incomplete or mistyped.",
    ru: "Ссылка не подходит: она неполная или с опечаткой.",
  },
  network: {
    en: "The site could not be reached; such trouble often passes by itself.",
    ru: "Не удалось связаться с сайтом; часто это проходит само.",
  },
  proxy_error: {
    en: "Our way to the site does not work; the operator has to mend the proxy.",
    ru: "Не работает прокси, через который мы ходим на сайт: оператору нужно его починить.",
  },
  truncated: {
    en: "The download broke off before the end of the video.",
    ru: "Загрузка оборвалась: видео пришло не целиком.",
  },
  disk_full: {
    en: "The server's disk is full; the operator has to make room.",
    ru: "На диске сервера закончилось место: оператору нужно его освободить.",
  },
  permission: {
    en: "The server may not write to its own folder; the operator has to mend that.",
    ru: "Серверу запрещено писать в собственную папку: оператору нужно это исправить.",
  },
  name_too_long: {
    en: "The title is too long for a file name on the server.",
    ru: "Название слишком длинное для имени файла на сервере.",
  },
  ffmpeg_missing: {
    en: "A program that joins picture and sound is missing on the server; the operator has to install ffmpeg.",
    ru: "На сервере не хватает программы, которая соединяет видео и звук: оператору нужно установить ffmpeg.",
  },
  postprocess_failed: {
    en: "The video was downloaded, but could not be converted.",
    ru: "Видео скачалось, но обработать его не удалось.",
  },
  playlist_partial: {
    en: "Some videos of the playlist could not be downloaded.",
    ru: "Часть видео из плейлиста скачать не удалось.",
  },
  usage: {
    en: "A setting of the server is wrong; the operator has to mend it.",
    ru: "На сервере ошибка в настройках: оператору нужно её исправить.",
  },
  killed: {
    en: "The download was interrupted.",
    ru: "Загрузку прервали.",
  },
  filtered: {
    en: "Nothing here is what was asked for: it is live now, of another day, or an empty page.",
    ru: "По этой ссылке нет того, что просили: идёт прямой эфир, дата не та или страница пуста.",
  },
  too_large: {
    en: "The video is larger than the server allows.",
    ru: "Видео больше, чем разрешено на этом сервере.",
  },
  wrong_media: {
    en: "What arrived is not the video that was asked for.",
    ru: "Пришло не то видео, которое просили.",
  },
  delivery: {
    en: "The video was downloaded, and the server it is for did not take it.",
    ru: "Видео скачано, но сервер, на который его отправляют, его не принял.",
  },
  unknown: {
    en: "The download failed for a reason that we do not know; the log has the site's own words.",
    ru: "Скачать не удалось, причина неизвестна; ответ сайта записан в журнале.",
  },
  over_limit: {
    en: "This chat has had as much as it may have in a day; its links go on by themselves.",
    ru: "Этот чат исчерпал суточный объём; его ссылки скачаются позже сами.",
  },
};
