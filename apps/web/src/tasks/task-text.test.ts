import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { FailureClass, LocalizedTextSchema, type Task, TaskSchema, TaskState, WaitReason } from "@dwld/rpc";
import { chooseLanguage, languages, type Language } from "../words/language.ts";
import { type TaskText, taskText } from "./task-text.ts";

const today = new Date("2026-11-27T12:00:00");

/** The values of an enum, with one that this version does not know. */
function valuesOf<Value extends number>(known: Readonly<Record<string, Value>>): Value[] {
  return [...Object.values(known), 99 as Value];
}

function make(fields: MessageInitShape<typeof TaskSchema>): Task {
  return create(TaskSchema, { id: "a", link: "https://videos.example/1", site: "videos.example", ...fields });
}

function texts(language: Language, en: string, ru: string) {
  return [
    create(LocalizedTextSchema, { languageCode: "en", text: language === "en" ? en : `!${en}` }),
    create(LocalizedTextSchema, { languageCode: "ru", text: language === "ru" ? ru : `!${ru}` }),
  ];
}

for (const language of Object.keys(languages) as Language[])
  describe(`task in words, in ${languages[language]}`, () => {
    beforeEach(() => chooseLanguage(language));

    function assertSaid({ sentence, figure, remark }: TaskText, of: unknown): void {
      assert.notEqual(sentence, "", JSON.stringify(of));
      for (const text of [sentence, figure, remark])
        assert.doesNotMatch(text, /undefined|NaN|\[object|!/, JSON.stringify(of));
    }

    test("each state, reason to wait and class of failure has a sentence, also those of a newer server", () => {
      const until = timestampFromDate(new Date("2026-11-27T16:40:00"));
      for (const state of valuesOf(TaskState))
        for (const reason of valuesOf(WaitReason))
          for (const failureClass of valuesOf(FailureClass))
            for (const isBare of [true, false]) {
              const told = isBare ? {} : { text: texts(language, "it is in line", "в очереди"), until };
              const advice = isBare ? [] : texts(language, "Try later.", "Попробуйте позже.");
              const task = make({ state, wait: { reason, failureClass, ...told }, failure: { failureClass, advice } });
              assertSaid(taskText(task, today), { state, reason, failureClass, isBare });
            }
    });

    test("a task of which only its state is known has a sentence", () => {
      for (const state of valuesOf(TaskState)) assertSaid(taskText(make({ state }), today), state);
    });
  });

describe("task in words", () => {
  beforeEach(() => chooseLanguage("en"));

  const clause = (text: string) => [{ languageCode: "en", text }];

  test("a wait says why, and until when", () => {
    const wait = { reason: WaitReason.SITE_PAUSED, text: clause("youtube is paused: it takes us for a robot") };
    const until = timestampFromDate(new Date("2026-11-27T16:40:00"));
    const { sentence, figure } = taskText(
      make({ state: TaskState.QUEUED, site: "youtube", wait: { ...wait, until } }),
      today,
    );
    assert.equal(sentence, "youtube is paused: it takes us for a robot.");
    assert.equal(figure, "until 16:40");
  });

  test("a wait for the next try says why the last one failed", () => {
    const until = timestampFromDate(new Date("2026-11-28T03:00:00"));
    const wait = { reason: WaitReason.NEXT_ATTEMPT, text: clause("the last attempt failed"), until };
    const failure = { failureClass: FailureClass.NETWORK, advice: clause("The site did not answer.") };
    const { sentence, figure } = taskText(make({ state: TaskState.QUEUED, wait, failure }), today);
    assert.equal(sentence, "The site did not answer.");
    assert.equal(figure, "next try tomorrow 03:00");
  });

  for (const [step, options, phase] of [
    ["download", {}, "Downloading, 1 MB of 4 MB, at 1 MB/s"],
    ["download", { audioOnly: true }, "Downloading the sound, 1 MB of 4 MB, at 1 MB/s"],
    ["Merger", {}, "Joining picture and sound, 1 MB of 4 MB, at 1 MB/s"],
    ["EmbedThumbnail", {}, "Finishing the file, 1 MB of 4 MB, at 1 MB/s"],
    ["recode", {}, "Encoding, 1 MB of 4 MB, at 1 MB/s"],
  ] as const)
    test(`the step ${step} with ${JSON.stringify(options)} is told in plain words`, () => {
      const progress = { step, doneBytes: 1_000_000n, totalBytes: 4_000_000n, speedBytesPerSecond: 1_000_000n };
      assert.equal(taskText(make({ state: TaskState.DOWNLOADING, options, progress }), today).sentence, phase);
    });

  test("a delivery is verified before it is done", () => {
    const sending = (step: string) => make({ state: TaskState.SENDING, progress: { step, progressPercent: 40.9 } });
    assert.deepEqual(taskText(sending("upload"), today), {
      tone: "goes",
      sentence: "Delivering",
      figure: "40 %",
      remark: "",
    });
    assert.equal(taskText(sending("verify"), today).sentence, "Verifying the copy");
  });

  test("what is done after a download has no percentage, since nobody knows it", () => {
    const progress = { step: "Merger", progressPercent: 100 };
    assert.equal(taskText(make({ state: TaskState.DOWNLOADING, progress }), today).figure, "");
  });

  test("a result is called verified if every file of it is", () => {
    const files = [
      { name: "a.mp4", remotePath: "/videos/a.mp4", verifiedBy: "size and SHA-256", sizeBytes: 1_200_000_000n },
      { name: "a.srt", remotePath: "/videos/a.srt", verifiedBy: "size", sizeBytes: 100n },
    ];
    const done = make({ state: TaskState.DONE, height: 1080, width: 1920, files });
    assert.equal(taskText(done, today).sentence, "/videos/a.mp4 · 2 files · 1080p · 1.2 GB");
    assert.equal(taskText(done, today).figure, "verified");
    const [file] = done.files;
    assert.ok(file);
    for (const [verifiedBy, word] of [
      ["", "done"],
      ["left as it was", "another file has its name"],
    ] as const) {
      file.verifiedBy = verifiedBy;
      assert.equal(taskText(done, today).figure, word);
    }
  });
});
