import type { Language } from "./language.ts";

const pauses: Readonly<Record<string, string>> = {
  bot_check: "сайт принимает нас за робота",
  rate_limited: "сайт просит не спешить",
  login_required: "сайт требует входа",
};

export const russian: Language = {
  wait: (wait, site, isDelivery) => {
    switch (wait.reason) {
      case "start_time":
        return "время начала ещё не наступило";
      case "next_attempt":
        return "прошлая попытка не удалась, будет следующая";
      case "site_paused":
        return wait.untilMs === undefined
          ? `после паузы проверяем ${site} одной ссылкой`
          : `пауза для ${site}: ${russian.pause(wait.failureClass)}`;
      case "site_limit":
        return wait.untilMs === undefined
          ? `сначала скачиваются другие ссылки с ${site}`
          : `ссылки с ${site} скачиваются по одной, с паузой между ними`;
      case "place":
        return inLine(wait.placeInLine, isDelivery);
      case "yielded":
        return "загрузка шла медленно и уступила место ссылке с другого сайта";
      case "disk_space":
        return "на диске для загрузок нет места";
      case "worker":
        return wait.runs ? "worker не может запустить yt-dlp" : "worker не запущен";
      case "sender":
        return "ftp-sender не запущен";
      case "destination":
        return wait.isAway
          ? "сервер, куда отправляется видео, недоступен"
          : "сервер, куда отправляется видео, его не принимает";
    }
  },
  pause: (failureClass) => pauses[failureClass] ?? "сайт нам отказывает",
};

function inLine(place: number | undefined, isDelivery: boolean): string {
  if (place === undefined) return isDelivery ? "в очереди на отправку" : "в очереди";
  return place === 1 ? "следующая в очереди" : `${place}-я в очереди`;
}
