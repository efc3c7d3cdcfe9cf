import type { Refusal } from "../egress/refusal.ts";

/** The advice if dwld itself refused a link: the rule that did, and the setting that lifts it. */
export const refusalAdvice: Readonly<Record<Refusal, { en: string; ru: string }>> = {
  private: {
    en: "This link leads to a private address, and dwld goes to the internet alone; the operator allows it by worker.allowPrivateHosts: true.",
    ru: "Ссылка ведёт на адрес закрытой сети, а dwld ходит только в интернет; оператор может разрешить это настройкой worker.allowPrivateHosts: true.",
  },
  own_network: {
    en: "This link leads into the server's own network, and dwld goes to the internet alone; the operator allows it by worker.allowPrivateHosts: true.",
    ru: "Ссылка ведёт в собственную сеть сервера, а dwld ходит только в интернет; оператор может разрешить это настройкой worker.allowPrivateHosts: true.",
  },
  protocol: {
    en: "This video comes by a protocol that dwld does not take; beside HTTP, it takes FTP and RTMP where worker.allowPrivateHosts is true and no proxy is used.",
    ru: "Видео отдаётся по протоколу, по которому dwld не скачивает: кроме HTTP, допустимы только FTP и RTMP, и то лишь с worker.allowPrivateHosts: true и без прокси.",
  },
};
