import assert from "node:assert/strict";
import { test } from "node:test";
import { linksOfHtml } from "./pasted.ts";
import { sharedText } from "./shared-text.ts";

const a = "https://a.example/1";

for (const [name, query, expected] of [
  ["a link as such", { url: a }, a],
  ["a link within the text, as Android shares it", { title: "A film", text: `A film ${a}` }, a],
  ["one link told twice", { url: a, text: `Look: ${a}` }, a],
  ["no link: all of it, for a person to look at", { title: "A film", text: " by nobody " }, "by nobody\nA film"],
  ["nothing", { url: "", text: " " }, ""],
] as const)
  test(`share: ${name}`, () => {
    assert.equal(sharedText(new URLSearchParams(query)), expected);
  });

for (const [name, html, plain, expected] of [
  ["links behind words", `<b>See</b> <a href="${a}">this</a>`, "See this", [a]],
  ["a link that is seen is the text's", `<a href="https://tracker.example/?to=${a}">${a}</a>`, a, []],
  ["schemas of an office program are no links", `<html xmlns:o="http://office.example/o"><p>text</p>`, "text", []],
  ["plain text alone", "", a, []],
] as const)
  test(`paste: ${name}`, () => {
    const getData = (type: string): string => (type === "text/html" ? html : plain);
    assert.deepEqual(linksOfHtml({ getData }), expected);
  });
