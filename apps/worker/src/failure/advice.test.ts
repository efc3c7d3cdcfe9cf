import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceFor } from "./advice.ts";
import { failureClasses } from "./failure-class.ts";

const jargon = /yt-dlp|cookie|HTTP|extractor|stderr|stage|403|429|DRM|URL|куки|экстрактор/i;

test("advice: every class is told in one plain sentence, in English and in Russian", () => {
  for (const failureClass of failureClasses) {
    const { en, ru } = adviceFor(failureClass);
    assert.match(en, /^[A-Z][^.!?]+\.$/, failureClass);
    assert.match(ru, /^[А-ЯЁ][^.!?]+\.$/, failureClass);
    assert.doesNotMatch(`${en} ${ru}`, jargon, failureClass);
  }
});
