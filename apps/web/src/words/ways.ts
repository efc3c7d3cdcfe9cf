import { wordsOf } from "./language.ts";

const en = {
  title: "Ways to add",
  back: "Back",
  install: "As an app",
  installNow: "Install",
  installed: "The page is installed.",
  insecure:
    "A browser installs a page only if its address begins with https://. The page works without that, and the other ways do, too.",
  installByHand: "Android: the browser's menu, “Install” or “Add to Home screen”. iPhone: Share, “Add to Home Screen”.",
  android: "Share from Android",
  androidText: "Once the page is installed, “Share” in any app offers dwld. The link is in the box then; tap Add.",
  iphone: "Share from an iPhone",
  steps: [
    "Open the app Shortcuts, tap +, and name the shortcut dwld.",
    "Tap the i in a circle, and turn on “Show in Share Sheet”. Let it take URLs and text.",
    "Add the action “URL Encode”, and let it encode the Shortcut Input.",
    "Add the action “Open URLs”. Type the address below, and behind it put the variable “URL Encoded Text”:",
  ],
  iphoneThen: "“Share” in any app offers dwld then. The link is in the box; tap Add.",
  bookmark: "A button in the browser",
  bookmarkText: "Drag this into the bookmarks bar. A click on it brings the link of the page that you look at:",
  bookmarkName: "To dwld",
  bookmarkDrag: "Drag it into the bookmarks bar.",
  bookmarkCopy: "Or make a bookmark of your own, and give it this as its address:",
  here: "Here",
  hereText:
    "The box takes any text, and finds the links in it. Text, links and files with links can be dropped anywhere on the page. n puts the cursor into the box, Ctrl+Enter adds.",
  elsewhere: "From a terminal, and from programs",
  elsewhereText: "dwld add LINK does the same, and so does any program that calls the server.",
  copy: "Copy",
  copied: "Copied",
  copyByHand: "It is selected: copy it.",
};
const ru: typeof en = {
  title: "Как добавлять",
  back: "Назад",
  install: "Как приложение",
  installNow: "Установить",
  installed: "Страница установлена.",
  insecure:
    "Браузер устанавливает страницу, только если её адрес начинается с https://. Сама страница и остальные способы работают и без этого.",
  installByHand:
    "Android: меню браузера, «Установить» или «Добавить на главный экран». iPhone: «Поделиться», «На экран „Домой“».",
  android: "«Поделиться» на Android",
  androidText:
    "Когда страница установлена, «Поделиться» в любом приложении предложит dwld. Ссылка окажется в поле — останется нажать «Добавить».",
  iphone: "«Поделиться» на iPhone",
  steps: [
    "Откройте приложение «Команды», нажмите + и назовите команду dwld.",
    "Нажмите на i в кружке и включите «На листе экспорта». Пусть команда принимает URL-адреса и текст.",
    "Добавьте действие «Закодировать URL» и передайте ему входные данные команды.",
    "Добавьте действие «Открыть URL-адреса». Введите адрес, который ниже, а сразу за ним — переменную «Закодированный текст URL»:",
  ],
  iphoneThen:
    "После этого «Поделиться» в любом приложении предложит dwld. Ссылка окажется в поле — останется нажать «Добавить».",
  bookmark: "Кнопка в браузере",
  bookmarkText: "Перетащите её на панель закладок. Нажатие передаст сюда ссылку на открытую страницу:",
  bookmarkName: "В dwld",
  bookmarkDrag: "Перетащите её на панель закладок.",
  bookmarkCopy: "Или создайте закладку сами и укажите такой адрес:",
  here: "Здесь",
  hereText:
    "Поле принимает любой текст и находит в нём ссылки. Текст, ссылки и файлы со ссылками можно перетащить в любое место страницы. n ставит курсор в поле, Ctrl+Enter добавляет.",
  elsewhere: "Из терминала и программ",
  elsewhereText: "dwld add ССЫЛКА делает то же самое, как и любая программа, которая обращается к серверу.",
  copy: "Скопировать",
  copied: "Скопировано",
  copyByHand: "Текст выделен — скопируйте его.",
};

export const waysWords = wordsOf({ en, ru });
