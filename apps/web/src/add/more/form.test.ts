import assert from "node:assert/strict";
import { test } from "node:test";
import { TaskOptionsSchema } from "@dwld/rpc";
import { noExtras } from "../extras.ts";
import { chipsOf, faultsOf, fieldsOf, optionNames, readText, textOf, withOption } from "./form.ts";

const asked = withOption(withOption(noExtras, "subtitleLanguages", ["en", "ru"]), "playlistLimit", 5);

test("form: what is asked for is a message, and a default is not asked for", () => {
  const { options, folder, ...rest } = fieldsOf({ ...asked, folder: " films ", startAfter: "2026-11-28T20:00" }, true);
  assert.deepEqual(
    [options?.subtitleLanguages, options?.playlistLimit, options?.audioOnly, folder],
    [["en", "ru"], 5, true, "films"],
  );
  assert.equal(Number(rest.startAfter?.seconds) * 1000, new Date("2026-11-28T20:00").getTime());
  const back = withOption(withOption(asked, "playlistLimit", 0), "subtitleLanguages", []);
  assert.deepEqual(back, noExtras);
});

test("form: what an older page kept, or somebody else, is left out unless it is right", () => {
  const options = {
    gone: 1,
    sections: "x",
    playlistLimit: -1,
    recode: "mp5",
    subtitleLanguages: [7],
    thumbnail: "file",
  };
  const read = fieldsOf({ ...noExtras, options: options as never }, false).options;
  assert.deepEqual(read, { ...fieldsOf(noExtras, false).options, thumbnail: 2 });
});

test("form: parts and languages are typed as one writes them, and read back", () => {
  for (const [name, text, expected] of [
    ["sections", "1:30-2:00, 10:00-;-30", "1:30-2:00, 10:00-, -0:30"],
    ["subtitleLanguages", "en ru,pt-BR; en", "en, ru, pt-BR"],
    ["subtitleLanguages", "", ""],
  ] as const) {
    const read = readText(name, text);
    assert.ok("value" in read, text);
    assert.equal(textOf(name, read.value), expected);
  }
  assert.deepEqual(readText("sections", "1:30-2:00, soon"), { unreadable: "soon" });
  assert.deepEqual(readText("sections", "2:00-1:30"), { unreadable: "2:00-1:30" });
  assert.deepEqual(readText("subtitleLanguages", "en, english!"), { unreadable: "english!" });
});

test("form: a contradiction is told by the names that the page shows", () => {
  const parts = withOption(asked, "sections", [{ startSeconds: 1, endSeconds: 2 }]);
  assert.equal(faultsOf(parts, false).get("subtitleLanguages"), "“Subtitles” cannot be cut: not with “Parts”");
  assert.equal(
    faultsOf(withOption(noExtras, "audioFormat", "mp3"), false).get("audioFormat"),
    "“Format of the sound” goes with “Sound”",
  );
  assert.equal(faultsOf(withOption(noExtras, "audioFormat", "mp3"), true).size, 0);
});

test("form: a value that breaks a rule is told, and not sent", () => {
  const many = withOption(noExtras, "playlistLimit", 1001);
  assert.equal(faultsOf(many, false).get("playlistLimit"), "“1001” cannot be taken.");
  const tags = Array.from({ length: 11 }, (_, index) => `e${String.fromCodePoint(97 + index)}`);
  assert.ok(faultsOf(withOption(noExtras, "subtitleLanguages", tags), false).has("subtitleLanguages"));
});

test("form: each option that is asked for is seen while the form is closed, and can be taken away", () => {
  const extras = {
    ...withOption(asked, "thumbnail", "file"),
    folder: "films",
    userName: "ann",
    startAfter: "2026-11-28T20:00",
  };
  assert.deepEqual(
    chipsOf(extras, false).map(({ text }) => text),
    [
      "Subtitles: en, ru",
      "Cover picture: As a file beside it",
      "At most, videos: 5",
      "For whom: ann",
      "Folder: films",
      "Not before: 28 Nov 2026, 20:00",
    ],
  );
  let left = extras as typeof noExtras;
  for (let [chip] = chipsOf(left, false); chip !== undefined; [chip] = chipsOf(left, false)) left = chip.without;
  assert.deepEqual(left, noExtras);
});

test("form: has every option of the table but the sound, which has its own button", () => {
  assert.equal(optionNames.length, TaskOptionsSchema.fields.length - 1);
});
