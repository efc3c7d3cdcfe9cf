import type { Language } from "./language.ts";

const pauses: Readonly<Record<string, string>> = {
  bot_check: "сайт принимает нас за робота",
  rate_limited: "сайт просит обращаться к нему реже",
  login_required: "сайт просит войти в аккаунт",
};

export const russian: Language = {
  wait: (wait, site, isDelivery) => {
    switch (wait.reason) {
      case "start_time":
        return "назначенное время ещё не наступило";
      case "next_attempt":
        return "предыдущая попытка не удалась, будет ещё одна";
      case "site_paused":
        return wait.untilMs === undefined
          ? `пауза для ${site} закончилась, сайт проверяется одной ссылкой`
          : `${site} на паузе: ${russian.pause(wait.failureClass)}`;
      case "site_limit":
        return wait.untilMs === undefined
          ? `с ${site} уже идут другие загрузки`
          : `загрузки с ${site} начинаются по одной, с паузой`;
      case "place":
        return inLine(wait.placeInLine, isDelivery);
      case "yielded":
        return "загрузка шла медленно и уступила место ссылке с другого сайта";
      case "disk_space":
        return "на диске для загрузок не хватает места";
      case "limit":
        return "чат исчерпал суточный объём";
      case "worker":
        return wait.runs ? "worker не может запустить yt-dlp" : "worker не запущен";
      case "sender":
        return wait.host === undefined ? "ftp-sender не запущен" : "на машине, где лежат файлы, не запущен ftp-sender";
      case "destination":
        return wait.isAway
          ? "сервер, на который отправляется видео, недоступен"
          : "сервер, на который отправляется видео, его не принимает";
    }
  },
  pause: (failureClass) => pauses[failureClass] ?? "сайт нам отказывает",
};

function inLine(place: number | undefined, isDelivery: boolean): string {
  if (place === undefined) return isDelivery ? "в очереди на отправку" : "в очереди";
  return place === 1 ? "следующая в очереди" : `${place}-я в очереди`;
}
