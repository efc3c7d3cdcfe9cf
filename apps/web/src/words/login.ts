import { wordsOf } from "./language.ts";

const en = {
  title: "Log in",
  explanation: "This server asks for a token. Its owner makes one with the command",
  command: "dwld token create NAME",
  token: "Token",
  logIn: "Log in",
  wrong: "The server does not accept this token. Copy it again whole, from dwld_ to its end, or ask for a new one.",
  plain:
    "This page came unencrypted, and others could read a token on its way. Open it by an address that begins with https://.",
  plainRemedy: "The owner of the server sets api.tls, or puts a reverse proxy with TLS in front of it.",
  you: "You are logged in as",
  roles: { admin: "may do everything", user: "adds and changes downloads", viewer: "looks only" },
  chats: (names: string) => `downloads of ${names} only`,
  logOut: "Log out",
  logOutEverywhere: "Log out everywhere",
  loggedOut: "You are logged out.",
};
const ru: typeof en = {
  title: "Вход",
  explanation: "Для входа нужен токен. Его создаёт владелец сервера командой",
  command: "dwld token create ИМЯ",
  token: "Токен",
  logIn: "Войти",
  wrong: "Сервер не принимает этот токен. Скопируйте его ещё раз целиком, начиная с dwld_, или попросите новый.",
  plain:
    "Страница открыта без шифрования, и токен могли бы прочитать по дороге. Откройте её по адресу, который начинается с https://.",
  plainRemedy: "Владелец сервера включает api.tls или ставит перед сервером обратный прокси с TLS.",
  you: "Вы вошли как",
  roles: { admin: "можно всё", user: "можно добавлять и менять загрузки", viewer: "только просмотр" },
  chats: (names) => `только загрузки ${names}`,
  logOut: "Выйти",
  logOutEverywhere: "Выйти на всех устройствах",
  loggedOut: "Вы вышли.",
};

export const loginWords = wordsOf({ en, ru });
