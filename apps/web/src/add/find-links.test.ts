import assert from "node:assert/strict";
import { test } from "node:test";
import { findLinks } from "./find-links.ts";

const a = "https://a.example/1";
const b = "https://b.example/2";

const cases: [name: string, text: string, links: string[]][] = [
  ["nothing", "", []],
  ["prose without a link", "Watch this tonight. It's 3/4 done, and/or so; see file.txt/part", []],
  ["a link alone", a, [a]],
  ["prose", `See ${a}, then ${b}. (Or ${a}!) "${b}"?`, [a, b]],
  ["lines", `${a}\r\n\t${b}\n\n${a}`, [a, b]],
  ["one link written in two ways", "https://A.example/1 HTTPS://a.example:443/1", ["https://A.example/1"]],
  ["an upper-case scheme", "HTTPS://Videos.example/A", ["HTTPS://Videos.example/A"]],
  [
    "brackets of the link",
    "(https://en.wikipedia.org/wiki/Film_(disambiguation))",
    ["https://en.wikipedia.org/wiki/Film_(disambiguation)"],
  ],
  ["brackets of the sentence", `[${a}] (${b})), (see ${a}?x=[1]).`, [a, b, `${a}?x=[1]`]],
  ["Markdown", `[words](${a} "title") <${b}> [${a}](${a}) *${b}* __${a}__`, [a, b]],
  ["a link in angle brackets", `<${a}> <${b}|words>`, [a, b]],
  [
    "an id that ends like stress",
    "https://youtu.be/abc_ https://youtu.be/de-",
    ["https://youtu.be/abc_", "https://youtu.be/de-"],
  ],
  [
    "HTML",
    `<p class="x">See <a class=y href="${a}?v=1&amp;t=2">this</a><img src="https://pictures.example/p.jpg"><a href='${b}'>${b}</a>`,
    [`${a}?v=1&t=2`, b],
  ],
  ["a relative address", `<a href="/watch?v=1">x</a>`, []],
  ["less and greater", `1 < 2 ${a} > 0`, [a]],
  ["links without anything between them", `${a}${b},${a}`, [a, b]],
  [
    "a link in a link",
    `https://web.archive.example/2020/${a} https://x.example/?u=${b}`,
    [`https://web.archive.example/2020/${a}`, `https://x.example/?u=${b}`],
  ],
  [
    "Cyrillic",
    "смотри:https://пример.рф/видео/1, и «https://xn--e1afmkfd.xn--p1ai/видео/1»",
    ["https://пример.рф/видео/1"],
  ],
  ["Chinese", `看${a}，${b}。`, [a, b]],
  [
    "without a scheme",
    "youtube.com/watch?v=jNQXAC9IVRw, www.youtube.com/shorts/a. youtu.be/b m.vk.ru/?z=1 (пример.рф/видео)",
    [
      "https://youtube.com/watch?v=jNQXAC9IVRw",
      "https://www.youtube.com/shorts/a",
      "https://youtu.be/b",
      "https://m.vk.ru/?z=1",
      "https://пример.рф/видео",
    ],
  ],
  [
    "no link without a scheme",
    "ann@mail.com/x node.js/lib youtube.com v1.2/3 ../a.com/b example.com/ //cdn.example.com/x e.g./x",
    [],
  ],
  ["a character that is not seen", `https://a.example/1\u200bnext \u202e${b}`, [a, b]],
  ["no host", "https:// http://? https://:80/", []],
  ["a shortcut of Windows", `[InternetShortcut]\r\nURL=${a}\r\n`, [a]],
  [
    "a shortcut of macOS",
    `<!DOCTYPE plist PUBLIC "-//Apple//DTD" "http://www.apple.com/DTDs/x.dtd"><plist><string>${a}</string>`,
    [a],
  ],
  [
    "10,000 letters",
    `x${"ы".repeat(10_000)} https://a.example/${"a".repeat(10_000)}`,
    [`https://a.example/${"a".repeat(10_000)}`],
  ],
];
for (const [name, text, links] of cases)
  test(`find links: ${name}`, () => {
    assert.deepEqual(findLinks(text), links);
  });

test("find links: a megabyte of anything takes a time that is linear", () => {
  const hostile = [
    "a.",
    "https://",
    "(",
    ")",
    "<a ",
    "<a href=",
    "a-",
    "www.a.com/",
    "](https://",
    "&amp;",
    "_",
    "\u202e",
    "ы",
    "<https:",
    "href  ",
  ];
  const spentMs = (text: string): number => {
    const { user } = process.cpuUsage();
    findLinks(text);
    return (process.cpuUsage().user - user) / 1000;
  };
  for (const piece of hostile) {
    const ms = spentMs(piece.repeat(Math.ceil(1_000_000 / piece.length)));
    assert.ok(ms < 2500, `${piece}: ${ms} ms`);
  }
});
