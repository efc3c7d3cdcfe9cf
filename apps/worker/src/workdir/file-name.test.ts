import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanFileName } from "./file-name.ts";

const cases = [
  { title: "A video", id: "x1", ending: ".mp4", name: "A video [x1].mp4" },
  { title: "a/b\\c:d", id: "x", ending: ".mp4", name: "a⧸b⧹c：d [x].mp4" },
  { title: "  ..-hidden", id: "x", ending: ".mp4", name: "hidden [x].mp4" },
  { title: "--exec=rm", id: "x", ending: ".mp4", name: "exec=rm [x].mp4" },
  { title: "..", id: "..", ending: ".mp4", name: "video [..].mp4" },
  { title: "line\nbreak\u0000 \u202Egnp", id: "x", ending: ".mp4", name: "line break gnp [x].mp4" },
  { title: "", id: "", ending: ".mp4", name: "video.mp4" },
  { title: "e\u0301", id: "x", ending: ".mp4", name: "é [x].mp4" },
  { title: "\uD83D lone", id: "x", ending: ".mp4", name: "\uFFFD lone [x].mp4" },
  { title: "Привет 😀", id: "x", ending: ".ru.vtt", name: "Привет 😀 [x].ru.vtt" },
];

for (const { title, id, ending, name } of cases)
  test(`${JSON.stringify(title)} becomes ${JSON.stringify(name)}`, () => {
    assert.equal(cleanFileName({ title, id }, ending), name);
  });

test("a name has at most 200 bytes, whole letters, its id and its ending", () => {
  for (const title of ["я".repeat(300), "👨‍👩‍👧‍👦".repeat(50), "x".repeat(100_000)]) {
    const name = cleanFileName({ title, id: "id" }, ".mp4");
    assert.ok(Buffer.byteLength(name) <= 200, name);
    assert.ok(name.isWellFormed());
    assert.ok(name.endsWith(" [id].mp4"));
    assert.ok(Buffer.byteLength(name) > 150, "no more is cut than has to be");
  }
});
