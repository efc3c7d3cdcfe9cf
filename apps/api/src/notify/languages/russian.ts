import { dayOf } from "@dwld/daemon";
import { russian as ofTasks } from "../../messages/languages/russian.ts";
import type { NoticeLanguage } from "./language.ts";

export const russian: NoticeLanguage = {
  title: ({ began, needed, ended }, machine) => {
    if (began === 0) return `dwld на ${machine}: снова в порядке`;
    if (needed === 0) return `dwld на ${machine}: уладилось само`;
    return `dwld на ${machine}: нужно ваше внимание${needed === 1 ? "" : ` (${needed})`}${ended === 0 ? "" : ", а другое снова в порядке"}`;
  },
  condition: (condition) => {
    switch (condition.kind) {
      case "destination":
        return condition.isAway
          ? {
              what: `Файлы не отправляются: ${condition.words}.`,
              todo: "Проверьте, работает ли сервер и есть ли до него сеть; «dwld doctor ftp» проверит всё по шагам. Скачанное подождёт и будет отправлено.",
            }
          : {
              what: `Сервер, на который отправляются файлы, их не принимает: ${condition.words}.`,
              todo: "Запустите «dwld doctor ftp»: он проверит всё по шагам и назовёт настройку. Скачанное подождёт и будет отправлено.",
            };
      case "cookies":
        return {
          what: `Cookies из ${condition.path} на ${condition.host} больше не используются: сайт их не принимает.`,
          todo: "Войдите на сайт в браузере заново, выгрузите cookies и положите новый файл на место старого. Перезапускать ничего не нужно.",
        };
      case "site":
        return {
          what: `${condition.site} уже сутки на паузе: ${ofTasks.pause(condition.failureClass)}. Его ссылки ждут.`,
          todo: `Обычно помогают cookies аккаунта или прокси (docs/guide.ru.md, «Сайты и ступени»); «dwld site resume ${condition.site}» снимает паузу сразу.`,
        };
      case "disk":
        return {
          what: `На ${condition.host} ничего нового не скачивается: ${condition.words}.`,
          todo: "Освободите место на этом диске. Загрузки продолжатся сами.",
        };
      case "yt-dlp":
        return {
          what: `На ${condition.host} не запускается yt-dlp: ${condition.words}.`,
          todo: "Запустите там «dwld doctor ytdlp»: он скажет, чего не хватает.",
        };
      case "process":
        return {
          what: `Не запущен ни один ${condition.app}.`,
          todo: "Запустите его (systemctl start dwld.target); почему он завершился, сказано в журнале (dwld logs).",
        };
      case "machine":
        return {
          what: `Машина ${condition.host} не подаёт признаков жизни.${condition.waiting === 0 ? "" : ` Ждут на ней отправки: ${condition.waiting}.`}`,
          todo: `Включите её или почините сеть. Если её больше не будет, «dwld host forget ${condition.host}» скачает эти видео заново на другой машине.`,
        };
      case "nothing-arrives":
        return {
          what: `Уже неделю ничего не доставлено, хотя ссылки добавлялись${condition.failed === 0 ? "" : `; неудач: ${condition.failed}`}.`,
          todo: "«dwld list» покажет, чего ждёт или почему не удалась каждая ссылка, а «dwld doctor» проверит всё, что нужно dwld.",
        };
      case "update":
        return {
          what: `yt-dlp ${condition.version} на ${condition.host} отозван: ${condition.words["ru"] ?? condition.words.en}. Используется предыдущая версия.`,
          todo: "Делать ничего не нужно: следующая версия будет испытана, когда выйдет. Все версии показывает «dwld ytdlp list».",
        };
      case "certificate":
        return {
          what: `Сертификат api, ${condition.file}, действует до ${dayOf(new Date(condition.endsAtMs))}.`,
          todo: "Выясните, почему он не продлён; собственный продлевает «dwld tls self-signed --renew». Новый файл подхватится за минуту.",
        };
    }
  },
  over: (kind, subject) => {
    switch (kind) {
      case "destination":
        return "Файлы снова отправляются.";
      case "cookies":
        return `Cookies ${subject.slice(subject.indexOf(":") + 1)} заменены или удалены.`;
      case "site":
        return `${subject} снова отвечает.`;
      case "disk":
        return `На диске ${subject} снова есть место.`;
      case "yt-dlp":
        return `На ${subject} снова работает yt-dlp.`;
      case "process":
        return `${subject} снова запущен.`;
      case "machine":
        return `Машина ${subject} снова на связи.`;
      case "nothing-arrives":
        return "Видео снова доставляются.";
      case "certificate":
        return "Сертификат продлён.";
      default:
        return `${kind}: снова в порядке.`;
    }
  },
  since: (time) => `С ${time}.`,
  todo: "Что делать:",
  trial: {
    title: "dwld: пробное сообщение",
    body: "Сюда dwld будет писать, если понадобится ваше внимание. Сейчас всё в порядке.",
  },
  locale: "ru-RU",
};
