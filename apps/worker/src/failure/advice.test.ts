import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceFor } from "./advice.ts";
import { failureClasses } from "./failure-class.ts";

const jargon = /yt-dlp|cookie|HTTP|extractor|stderr|stage|403|429|DRM|URL|куки|экстрактор/i;

test("every class is told in one plain sentence, in English and in Russian", () => {
  for (const failureClass of failureClasses) {
    const en = adviceFor(failureClass, "en");
    const ru = adviceFor(failureClass, "ru");
    assert.match(en, /^[A-Z][^.!?]+\.$/, failureClass);
    assert.match(ru, /^[А-ЯЁ][^.!?]+\.$/, failureClass);
    assert.doesNotMatch(`${en} ${ru}`, jargon, failureClass);
  }
});

test("the time of the next try is told where it is known", () => {
  const retryAtMs = Date.UTC(2026, 11, 1, 18, 0);
  assert.match(adviceFor("not_started", "en", retryAtMs), /1 December 2026 at 18:00 UTC/);
  assert.match(adviceFor("rate_limited", "ru", retryAtMs), /1 декабря 2026\sг\. в 18:00 UTC/);
  assert.equal(adviceFor("gone", "en", retryAtMs), adviceFor("gone", "en"));
});
