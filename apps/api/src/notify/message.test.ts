import assert from "node:assert/strict";
import { test } from "node:test";
import { noticeKinds } from "@dwld/daemon";
import type { NoticeRow } from "@dwld/queue";
import type { Condition } from "./condition.ts";
import { messageOf } from "./message.ts";

const conditions: readonly Condition[] = [
  { kind: "destination", isAway: false, words: "550 no" },
  { kind: "destination", isAway: true, words: "no route" },
  { kind: "cookies", path: "/c.txt", host: "nas" },
  { kind: "site", site: "tube", failureClass: "bot_check" },
  { kind: "disk", host: "nas", words: "1 MB is free" },
  { kind: "yt-dlp", host: "nas", words: "not found" },
  { kind: "process", app: "worker" },
  { kind: "machine", host: "pi", waiting: 3 },
  { kind: "nothing-arrives", failed: 4 },
  { kind: "update", version: "2", host: "nas", words: { en: "it fails", ru: "не справляется" } },
  { kind: "certificate", file: "/c.pem", endsAtMs: 1_800_000_000_000 },
];

const over = (kind: string): NoticeRow => ({
  ...{ kind, subject: "nas:/c", texts: null, since: 1, absent_since: 1, told_at: 1, ended_at: null, times: 1 },
});

test("messages: say of each kind what happened, what to do and that it is over, in each language", () => {
  assert.deepEqual(new Set(conditions.map(({ kind }) => kind)), new Set(noticeKinds));
  const began = conditions.map((condition) => ({ condition, subject: "", sinceMs: 1_700_000_000_000 }));
  const { title, body } = messageOf(
    { began, ended: noticeKinds.map(over) },
    { machine: "nas", now: 1_800_000_000_000 },
  );
  assert.deepEqual(Object.keys(body), ["en", "ru"]);
  const paragraphs = Object.values(body).map((text) => text.split("\n\n"));
  for (const parts of paragraphs) {
    assert.equal(parts.length, conditions.length + noticeKinds.length);
    for (const part of parts) assert.doesNotMatch(part, /undefined|\$\{|\[object|  /, part);
  }
  assert.match(title.en, /^dwld on nas: 10 things need you, others are well again$/);
  assert.match(
    body.en,
    /^The server .* refuses them: 550 no\. Since 1[345] Nov 2023, \d\d:\d\d\.\nWhat to do: Run "dwld doctor ftp"/,
  );
  assert.match(body["ru"] ?? "", /yt-dlp 2 на nas отозван: не справляется\./);
});

test("messages: the title of a version that was taken back asks nothing of a person", () => {
  const condition: Condition = { kind: "update", version: "2", host: "nas", words: { en: "it fails" } };
  const began = [{ condition, subject: "", sinceMs: 0 }];
  const { title } = messageOf({ began, ended: [] }, { machine: "nas", now: 0 });
  assert.equal(title.en, "dwld on nas: something was settled by itself");
});

test("messages: words of a server are one line with an end", () => {
  const condition: Condition = { kind: "destination", isAway: false, words: `\u001b[31m550\n${"x".repeat(9000)}` };
  const { body } = messageOf(
    { began: [{ condition, subject: "", sinceMs: 0 }], ended: [] },
    { machine: "nas", now: 0 },
  );
  assert.equal(body.en.split("\n").length, 2);
  assert.ok(body.en.length < 1000);
});
