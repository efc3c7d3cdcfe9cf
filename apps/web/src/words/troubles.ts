import { plural } from "./plural.ts";
import { wordsOf } from "./language.ts";

/** A sentence, and the command that it ends with. */
type Advice = { readonly text: string; readonly command?: string };

const start = "sudo systemctl start dwld.target";
const report = "sudo dwld ytdlp";

const en = {
  tryNow: "Try now",
  resumed: (site: string) => `Links of ${site} are tried again.`,
  details: "Details",
  more: (count: number) => plural("en", count, { other: "and # more" }),
  table: (): Advice => ({
    text: "dwld cannot write its list, so nothing can be added or changed. Usually the disk on which it lies is full.",
  }),
  no_worker: (): Advice => ({
    text: "Nothing is downloaded: the part of dwld that does it is not running. Start it on the server:",
    command: start,
  }),
  no_ytdlp: (): Advice => ({
    text: "Nothing is downloaded: yt-dlp, the program that does it, does not start. On the server, this says why:",
    command: report,
  }),
  space: (free: string | undefined): Advice => ({
    text: `Nothing new is downloaded until the server's disk has room${free === undefined ? "" : `: ${free} free`}. Delete there what nobody needs.`,
  }),
  no_sender: (place: string): Advice => ({
    text: `Nothing is sent to ${place}: the part of dwld that does it is not running. Start it on the server:`,
    command: start,
  }),
  refuses: (place: string): Advice => ({
    text: `${place} takes no videos. They wait here until that is fixed.`,
  }),
  away: (place: string): Advice => ({
    text: `${place} does not answer. Is it on? Videos wait here, and are sent when it is back.`,
  }),
  too_much_waits: (bytes: string): Advice => ({
    text: `${bytes} wait to be sent, which is as much as may. New downloads go on when some of it has been sent.`,
  }),
  site_paused: (site: string, until: string | undefined, why: string): Advice => ({
    text: `${site} rests${until === undefined ? "" : ` until ${until}`}${why === "" ? "" : `: ${why}`}. Its links wait.`,
  }),
  cookies: (): Advice => ({
    text: "Some cookies are no longer accepted. Export them again from a browser.",
  }),
  bot: (address: string): Advice => ({ text: `The bot at ${address} refuses this server.` }),
  room: (): Advice => ({ text: "Larger downloads wait until the server's disk has room for them." }),
  old_ytdlp: (days: number): Advice => ({
    text: plural("en", days, {
      other: "yt-dlp is # days old, and sites change faster than that. Install a newer one; this shows which is used:",
    }),
    command: report,
  }),
  other: (text: string): Advice => ({ text }),
};

const ru: typeof en = {
  tryNow: "Попробовать сейчас",
  resumed: (site) => `Ссылки ${site} снова загружаются.`,
  details: "Подробнее",
  more: (count) => plural("ru", count, { other: "и ещё #" }),
  table: () => ({
    text: "dwld не может записать свой список: ничего нельзя ни добавить, ни изменить. Обычно заполнен диск, на котором он лежит.",
  }),
  no_worker: () => ({
    text: "Ничего не загружается: часть dwld, которая это делает, не запущена. Запустите её на сервере:",
    command: start,
  }),
  no_ytdlp: () => ({
    text: "Ничего не загружается: не запускается программа загрузки yt-dlp. На сервере причину покажет команда:",
    command: report,
  }),
  space: (free) => ({
    text: `На диске сервера мало места${free === undefined ? "" : ` (свободно ${free})`}, новые загрузки не начинаются. Удалите там ненужное.`,
  }),
  no_sender: (place) => ({
    text: `На ${place} ничего не отправляется: часть dwld, которая это делает, не запущена. Запустите её на сервере:`,
    command: start,
  }),
  refuses: (place) => ({
    text: `${place} не принимает видео. Они ждут здесь, пока это не исправят.`,
  }),
  away: (place) => ({
    text: `${place} не отвечает. Он включён? Видео ждут здесь и уйдут, когда он вернётся.`,
  }),
  too_much_waits: (bytes) => ({
    text: `Отправки ждут ${bytes}, больше нельзя. Новые загрузки начнутся, когда часть уйдёт.`,
  }),
  site_paused: (site, until, why) => ({
    text: `${site}: пауза${until === undefined ? "" : ` до ${until}`}${why === "" ? "" : `, ${why}`}. Его ссылки ждут.`,
  }),
  cookies: () => ({
    text: "Часть cookies больше не принимается. Выгрузите их из браузера заново.",
  }),
  bot: (address) => ({ text: `Бот ${address} отказывает этому серверу.` }),
  room: () => ({ text: "Большие загрузки ждут, пока на диске сервера появится место." }),
  old_ytdlp: (days) => ({
    text: plural("ru", days, {
      one: "yt-dlp # день, а сайты меняются быстрее. Установите новую версию; какая используется, покажет команда:",
      few: "yt-dlp # дня, а сайты меняются быстрее. Установите новую версию; какая используется, покажет команда:",
      other: "yt-dlp # дней, а сайты меняются быстрее. Установите новую версию; какая используется, покажет команда:",
    }),
    command: report,
  }),
  other: (text) => ({ text }),
};

export const troubleWords = wordsOf({ en, ru });
