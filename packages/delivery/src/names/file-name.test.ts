import assert from "node:assert/strict";
import { test } from "node:test";
import { nameParts, plainName, temporaryName } from "./file-name.ts";
import { filePaths } from "./file-paths.ts";

const taskId = "01890000-0000-7000-8000-000000000000";
const task = {
  ...{ id: taskId, user_name: "", folder: "", site: "", title: "", chat_id: "" },
  ...{ width: null, height: null, ready_at: null, created_at: 0 },
};

/** The name at a destination without folders, as the nth copy. */
function deliveredName(name: string, copy = 1): string {
  const [path = ""] = filePaths({ directory: "", path: "{name}" }, task, [{ name }], copy);
  return path;
}

for (const { local, remote, because } of [
  { local: "A talk [abc].mp4", remote: "A talk [abc].mp4", because: "nothing is wrong with it" },
  { local: "Прогулка 🎬 [x].mkv", remote: "Прогулка 🎬 [x].mkv", because: "names are UTF-8" },
  { local: "e\u0301te\u0301.mp4", remote: "\u00E9t\u00E9.mp4", because: "it is written in NFC" },
  { local: "..hidden.mp4", remote: "hidden.mp4", because: "a leading dot hides it" },
  { local: "-rf.mp4", remote: "rf.mp4", because: "a leading dash is an option" },
  { local: " - . x.mp4", remote: "x.mp4", because: "they may be mixed" },
  { local: "a/b\\c.mp4", remote: "a_b_c.mp4", because: "separators lead elsewhere" },
  { local: "a\r\nDELE b.mp4", remote: "a DELE b.mp4", because: "a line end begins another command" },
  { local: "a\u0000\u0007b\u001B.mp4", remote: "ab.mp4", because: "controls are removed" },
  { local: "txt.\u202E4pm.mp4", remote: "txt.4pm.mp4", because: "marks of direction make it look like another" },
  { local: "end. . .mp4", remote: "end.mp4", because: "the title does not end in dots and spaces" },
  { local: "end. ", remote: "end", because: "nor does the whole" },
  { local: "\uD83D lone.mp4", remote: "\uFFFD lone.mp4", because: "half a character has no UTF-8" },
  { local: "....", remote: taskId, because: "nothing is left" },
  { local: ".mp4", remote: "mp4", because: "this is no extension" },
  { local: "", remote: taskId, because: "there was nothing" },
])
  test(`file name: ${JSON.stringify(local)} becomes ${JSON.stringify(remote)}, since ${because}`, () => {
    assert.equal(deliveredName(local), remote);
  });

test("file name: a long one keeps its id and its extension, in 200 bytes, cut between characters", () => {
  for (const letter of ["x", "é", "日", "👩‍👩‍👧"]) {
    const tail = " [id-123].webm";
    const name = deliveredName(letter.repeat(300) + tail);
    const room = 200 - tail.length;
    assert.equal(name, letter.repeat(Math.floor(room / Buffer.byteLength(letter))) + tail);
  }
});

test("file name: a copy's number stands before the extension, within the length", () => {
  assert.equal(deliveredName("A talk [abc].mp4", 2), "A talk [abc] (2).mp4");
  assert.equal(deliveredName("no extension", 3), "no extension (3)");
  const long = deliveredName(`${"日".repeat(99)}.mp4`, 12);
  assert.ok(Buffer.byteLength(long) <= 200 && long.endsWith(" (12).mp4"));
});

test("file name: a long extension is part of the title", () => {
  assert.equal(deliveredName(`${"a".repeat(190)}.${"b".repeat(60)}`), `${"a".repeat(190)}.${"b".repeat(9)}`);
});

test("file name: the plain one is the task's id and the extension", () => {
  assert.equal(plainName("Прогулка?.mkv", taskId), `${taskId}.mkv`);
  assert.equal(plainName("none", taskId), taskId);
});

test("file name: its ending is all that tells it from the others of its video", () => {
  for (const [name, parts] of [
    ["A talk [abc].mp4", ["A talk", "abc", "", ".mp4"]],
    ["A [b] talk v1.2 [a_-c].zh-Hans.vtt", ["A [b] talk v1.2", "a_-c", "", ".zh-Hans.vtt"]],
    ["A talk [abc] 1m30s-2m.mp4", ["A talk", "abc", "1m30s-2m", ".mp4"]],
    ["A talk [abc] 90.5s-end.info.json", ["A talk", "abc", "90.5s-end", ".info.json"]],
    ["[abc].jpg", ["", "abc", "", ".jpg"]],
    ["no id. In it.mkv", ["no id. In it", "", "", ".mkv"]],
    ["A [remix] of it.mp4", ["A [remix] of it", "", "", ".mp4"]],
    ["bare", ["bare", "", "", ""]],
  ] as const) {
    const { title, id, section, ending } = nameParts(name);
    assert.deepEqual([title, id, section, ending], parts);
  }
  assert.equal(deliveredName("A talk [abc].en.vtt", 2), "A talk [abc] (2).en.vtt");
});

test("file name: the temporary one differs for each file of a task, and for each run", () => {
  assert.equal(temporaryName(taskId, 2, "5a1e"), `.dwld-${taskId}-2.5a1e.part`);
});
