import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inEachLanguage } from "../languages/languages.ts";
import { trialMessage } from "../message.ts";
import { Receiver } from "../testing/receiver.ts";
import { sendToTarget } from "./target.ts";

test("telegram: gets at most the 4096 characters that it takes, none of them a half", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-telegram-"));
  t.after(() => rm(folder, { recursive: true }));
  const tokenFile = join(folder, "token");
  await writeFile(tokenFile, "42:token\n");
  await using receiver = await Receiver.start();
  const telegram = { tokenFile, chat: "1", api: receiver.url };
  const call = { nowMs: 1, signal: new AbortController().signal };
  // The cut meets a pair in one of the two.
  for (const title of ["a", "ab"]) {
    const long = { title: inEachLanguage(() => title), body: inEachLanguage(() => "😀".repeat(3000)) };
    await sendToTarget({ telegram, language: "en" }, { ...trialMessage(1), ...long }, call);
  }
  const texts = receiver.received.map(({ body }) => (JSON.parse(body) as { text: string }).text);
  assert.deepEqual(
    texts.map((text) => [text.length, text.isWellFormed(), text.endsWith("😀…")]),
    [
      [4096, true, true],
      [4095, true, true],
    ],
  );
});

test("ntfy: a topic with a stray percent sign is sent as it is written, and its server says what it thinks of it", async () => {
  await using receiver = await Receiver.start();
  receiver.answer = (response) => response.writeHead(400).end("topic invalid");
  const call = { nowMs: 1, signal: new AbortController().signal };
  for (const [written, topic] of [
    ["100%", "100%"],
    ["%ff", "%ff"],
    ["%D0%B4", "д"],
  ]) {
    const target = { ntfy: { url: `${receiver.url}/${written}` }, language: "en" } as const;
    assert.deepEqual(await sendToTarget(target, trialMessage(1), call), {
      outcome: "refused",
      answer: "HTTP 400: topic invalid",
    });
    assert.equal((JSON.parse(receiver.received.at(-1)?.body ?? "") as { topic: string }).topic, topic);
  }
});
