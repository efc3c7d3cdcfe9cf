import assert from "node:assert/strict";
import { it } from "node:test";
import { addTaskRules, checkRequest } from "../../rules/request-rules.ts";
import { AddTaskRequestSchema } from "@dwld/rpc";
import { create } from "@bufbuild/protobuf";
import { splitUserPath } from "./user-path.ts";

const family = "👨‍👩‍👧‍👦";

const cases: [given: string, userName: string, folder: string][] = [
  ["", "", ""],
  ["ann", "ann", ""],
  ["ann/films", "ann", "films"],
  ["/ann//films/", "ann", "films"],
  ["ann\\films\\new", "ann", "films/new"],
  ["../../etc/passwd", "etc", "passwd"],
  ["..", "", ""],
  ["ann/../ben", "ann", "ben"],
  [" . .hidden /x", "hidden", "x"],
  ["-rf/~/\u2800", "rf", ""],
  ["a/b/c/d/e/f/g", "a", "b/c/d/e"],
  ["an\u0000n\n/fi\u202Elms", "ann", "films"],
  ["анна/новое кино", "анна", "новое кино"],
  // As macOS writes it: a letter and its accent apart.
  ["Zoe\u0308", "Zoë", ""],
  [`${family}/😀`, family, "😀"],
  ["ann\uD800", "ann\uFFFD", ""],
  // 64 bytes: 32 letters of two bytes; 2 families of 25 bytes.
  ["ж".repeat(40), "ж".repeat(32), ""],
  [family.repeat(3), family.repeat(2), ""],
  [`${"a".repeat(63)} b`, "a".repeat(63), ""],
];

for (const [given, userName, folder] of cases)
  it(`user path: the path ${JSON.stringify(given).slice(0, 60)} becomes folders that today's contract takes`, () => {
    assert.deepEqual(splitUserPath(given), { userName, folder });
    const request = create(AddTaskRequestSchema, { link: "https://videos.example/1", userName, folder });
    checkRequest(addTaskRules(Date.now), request);
  });

it("user path: no path is refused after cleaning", () => {
  const letters = [
    "a",
    "ж",
    "/",
    "\\",
    ".",
    " ",
    "\u0000",
    "\u0301",
    "\u200D",
    "😀",
    "\uD83D",
    "\uFEFF",
    "\u2028",
    "\u200C",
    "\u202E",
    "\u2800",
    "\u3164",
    "~",
    "-",
  ];
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let count = 0; count < 3000; count += 1) {
    const path = Array.from({ length: random(120) }, () => letters[random(letters.length)]).join("");
    const request = create(AddTaskRequestSchema, { link: "https://videos.example/1", ...splitUserPath(path) });
    assert.doesNotThrow(() => checkRequest(addTaskRules(Date.now), request), JSON.stringify(path));
  }
});
