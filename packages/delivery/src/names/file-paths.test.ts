import assert from "node:assert/strict";
import { posix } from "node:path";
import { test } from "node:test";
import { defaultPath } from "@dwld/daemon";
import { type PathFacts, filePaths } from "./file-paths.ts";

const task: PathFacts = {
  id: "01890000-0000-7000-8000-000000000000",
  user_name: "ann",
  folder: "films/new",
  site: "youtube",
  title: "As the site says it",
  chat_id: "42",
  width: 1920,
  height: 1080,
  ready_at: Date.UTC(2026, 0, 31, 23, 59),
  created_at: 0,
};
const video = "A talk [abc].mp4";

function pathsOf(path: string, names: readonly string[], facts: Partial<PathFacts> = {}, copy = 1): string[] {
  const files = names.map((name) => ({ name }));
  return filePaths({ directory: "/videos", path }, { ...task, ...facts }, files, copy).map((whole) => {
    assert.ok(whole.startsWith("/videos/"), whole);
    return whole.slice("/videos/".length);
  });
}

for (const { path, becomes, facts, name = video } of [
  { path: defaultPath, becomes: "ann/films/new/A talk [abc].mp4" },
  { path: defaultPath, facts: { user_name: "", folder: "" }, becomes: "A talk [abc].mp4" },
  { path: "{user_name}/{site}/{title}.{ext}", becomes: "ann/youtube/A talk.mp4" },
  { path: "{site}/{date} {title} [{id}] ({quality}).{ext}", becomes: "youtube/2026-01-31 A talk [abc] (1080p).mp4" },
  { path: "{title} [{id}] ({quality}).{ext}", name: "Song.m4a", facts: { width: null }, becomes: "Song.m4a" },
  { path: "{chat_id}/{task_id}.{ext}", becomes: `42/${task.id}.mp4` },
  { path: "{quality}/{name}", facts: { height: null }, becomes: "A talk [abc].mp4" },
  { path: "of {user_name}, {folder}/{name}", becomes: "of ann, films_new/A talk [abc].mp4" },
  { path: "{title}.{ext}", name: "[abc].mp4", becomes: "As the site says it.mp4" },
  { path: "{title}/{name}", name: "[abc].mp4", facts: { title: "a/b: .." }, becomes: "a_b:/[abc].mp4" },
  { path: "{id}.{ext}", name: "no id.mp4", becomes: `${task.id}.mp4` },
  { path: "{date}/{name}", facts: { ready_at: null }, becomes: "1970-01-01/A talk [abc].mp4" },
  { path: "a/../{name}", becomes: "a/A talk [abc].mp4" },
])
  test(`file paths: ${path} becomes ${becomes}`, () => {
    assert.deepEqual(pathsOf(path, [name], facts), [becomes]);
  });

test("file paths: the files of a task share a folder and a name, and none has the path of another", () => {
  const names = [
    video,
    "A talk [abc].en.vtt",
    "A talk [abc].zh-Hans.vtt",
    "A talk [abc].jpg",
    "A talk [abc].info.json",
  ];
  assert.deepEqual(pathsOf("{title}.{ext}", names), [
    ...["A talk.mp4", "A talk.en.vtt", "A talk.zh-Hans.vtt", "A talk.jpg", "A talk.info.json"],
  ]);
  const parts = ["A talk [abc] 0s-10s.mp4", "A talk [abc] 1m-end.mp4"];
  assert.deepEqual(pathsOf("{id}.{ext}", parts), ["abc 0s-10s.mp4", "abc 1m-end.mp4"]);
  assert.deepEqual(pathsOf("{title}.{ext}", [video, "a Talk [abc].MP4", "A talk [x].mp4"]), [
    ...["A talk.mp4", "a Talk (2).MP4", "A talk (3).mp4"],
  ]);
  assert.deepEqual(pathsOf(defaultPath, names.slice(0, 2), { user_name: "", folder: "" }, 2), [
    ...["A talk [abc] (2).mp4", "A talk [abc] (2).en.vtt"],
  ]);
});

test("file paths: with hostile values, the path stays below the directory, visible and of legal length", () => {
  const hostile = [
    ...["..", ".", "/", "../../etc/passwd", "..\\..\\x", "a/../../b", "\u0000", "\r\nDELE x", "-rf", ".ssh", " . "],
    ...["\u202Etxt.exe", "x".repeat(900), "日".repeat(300), "{name}", "$&", "\uD800", "a\u2028b", "…", ""],
  ];
  const fields = ["user_name", "folder", "site", "title", "chat_id"] as const;
  const path = "{user_name}/{folder}/{site}/{chat_id}/{title}/{id}/x{title}[{id}].{ext}";
  for (const value of hostile)
    for (const other of hostile) {
      const facts = Object.fromEntries(fields.map((field, index) => [field, index % 2 === 0 ? value : other]));
      const [whole = ""] = pathsOf(path, [`${other} [${value}].${value}`], facts);
      assert.equal(posix.normalize(whole), whole);
      for (const segment of whole.split("/")) {
        assert.ok(segment !== "" && !/^[.\s-]|[.\s]$|[\p{Cc}\\\u202E]/u.test(segment), JSON.stringify(segment));
        assert.ok(Buffer.byteLength(segment) <= 200);
      }
    }
});

test("file paths: a relative directory and the root stay as they are", () => {
  const files = [{ name: "v.mp4" }];
  for (const [directory, whole] of [
    ["videos", "videos/ann/v.mp4"],
    ["/", "/ann/v.mp4"],
    ["/a/b/", "/a/b/ann/v.mp4"],
  ] as const)
    assert.deepEqual(filePaths({ directory, path: "{user_name}/{name}" }, task, files, 1), [whole]);
});
