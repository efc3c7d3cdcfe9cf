import { FailureClass } from "@dwld/rpc";
import { wordsOf } from "./language.ts";

type Words = Readonly<Record<FailureClass, string>>;

/** Why a download failed, in a few words. */
const en: Words = {
  [FailureClass.UNSPECIFIED]: "another reason",
  [FailureClass.GONE]: "removed",
  [FailureClass.PRIVATE]: "private",
  [FailureClass.LOGIN_REQUIRED]: "needs an account",
  [FailureClass.COOKIES_STALE]: "login expired",
  [FailureClass.BOT_CHECK]: "taken for a robot",
  [FailureClass.RATE_LIMITED]: "asked too often",
  [FailureClass.GEO_BLOCKED]: "not in this country",
  [FailureClass.COPYRIGHT_BLOCKED]: "blocked by its owner",
  [FailureClass.DRM]: "copy-protected",
  [FailureClass.NOT_STARTED]: "not out yet",
  [FailureClass.LIVE_NOW]: "live, or no recording yet",
  [FailureClass.FORMAT_UNAVAILABLE]: "not in this quality",
  [FailureClass.FORBIDDEN_MEDIA]: "refused by the site",
  [FailureClass.EXTRACTOR_BROKEN]: "site has changed",
  [FailureClass.UNSUPPORTED_URL]: "no video there",
  [FailureClass.INVALID_URL]: "mistyped link",
  [FailureClass.NETWORK]: "site not reached",
  [FailureClass.PROXY_ERROR]: "proxy does not work",
  [FailureClass.TRUNCATED]: "broke off",
  [FailureClass.DISK_FULL]: "disk full",
  [FailureClass.PERMISSION]: "folder not writable",
  [FailureClass.NAME_TOO_LONG]: "name too long",
  [FailureClass.FFMPEG_MISSING]: "ffmpeg missing",
  [FailureClass.POSTPROCESS_FAILED]: "not converted",
  [FailureClass.PLAYLIST_PARTIAL]: "playlist incomplete",
  [FailureClass.USAGE]: "wrong setting",
  [FailureClass.KILLED]: "interrupted",
  [FailureClass.FILTERED]: "not what was asked for",
  [FailureClass.TOO_LARGE]: "too large",
  [FailureClass.WRONG_MEDIA]: "another video arrived",
  [FailureClass.DELIVERY]: "not sent",
  [FailureClass.UNKNOWN]: "unknown reason",
  [FailureClass.OVER_LIMIT]: "over the limit",
};
const ru: Words = {
  [FailureClass.UNSPECIFIED]: "другая причина",
  [FailureClass.GONE]: "удалено",
  [FailureClass.PRIVATE]: "закрытое видео",
  [FailureClass.LOGIN_REQUIRED]: "только для вошедших",
  [FailureClass.COOKIES_STALE]: "вход устарел",
  [FailureClass.BOT_CHECK]: "приняли за робота",
  [FailureClass.RATE_LIMITED]: "слишком частые запросы",
  [FailureClass.GEO_BLOCKED]: "недоступно в стране",
  [FailureClass.COPYRIGHT_BLOCKED]: "закрыто правообладателем",
  [FailureClass.DRM]: "защита от копирования",
  [FailureClass.NOT_STARTED]: "ещё не вышло",
  [FailureClass.LIVE_NOW]: "эфир или записи ещё нет",
  [FailureClass.FORMAT_UNAVAILABLE]: "нет такого качества",
  [FailureClass.FORBIDDEN_MEDIA]: "сайт не отдал видео",
  [FailureClass.EXTRACTOR_BROKEN]: "сайт изменился",
  [FailureClass.UNSUPPORTED_URL]: "там нет видео",
  [FailureClass.INVALID_URL]: "ошибка в ссылке",
  [FailureClass.NETWORK]: "сайт недоступен",
  [FailureClass.PROXY_ERROR]: "не работает прокси",
  [FailureClass.TRUNCATED]: "загрузка оборвалась",
  [FailureClass.DISK_FULL]: "диск заполнен",
  [FailureClass.PERMISSION]: "нет прав на папку",
  [FailureClass.NAME_TOO_LONG]: "слишком длинное имя",
  [FailureClass.FFMPEG_MISSING]: "нет ffmpeg",
  [FailureClass.POSTPROCESS_FAILED]: "не удалось обработать",
  [FailureClass.PLAYLIST_PARTIAL]: "плейлист не целиком",
  [FailureClass.USAGE]: "ошибка в настройках",
  [FailureClass.KILLED]: "прервано",
  [FailureClass.FILTERED]: "нет того, что просили",
  [FailureClass.TOO_LARGE]: "слишком большое",
  [FailureClass.WRONG_MEDIA]: "пришло другое видео",
  [FailureClass.DELIVERY]: "не отправлено",
  [FailureClass.UNKNOWN]: "причина неизвестна",
  [FailureClass.OVER_LIMIT]: "исчерпан лимит",
};

const words = wordsOf({ en, ru });

/** A class of a newer server has no words yet. */
export function failureClassText(failureClass: FailureClass): string {
  return words()[failureClass] ?? words()[FailureClass.UNSPECIFIED];
}
