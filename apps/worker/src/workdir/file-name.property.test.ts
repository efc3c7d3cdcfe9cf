import assert from "node:assert/strict";
import { fc, hostileText, property } from "@dwld/fuzz";
import { faultOfName } from "@dwld/text";
import { cleanFileName } from "./file-name.ts";

const ending = fc.oneof(fc.constantFrom(".mp4", ".en.vtt", " 1m30s-2m.webm", ""), hostileText);

property(
  "file name: whatever a site calls a video, its file has one name of at most 200 bytes that Windows takes, too",
  [hostileText, hostileText, ending],
  (title, id, tail) => {
    const name = cleanFileName({ title, id }, tail);
    assert.equal(faultOfName(name, 200), undefined, JSON.stringify(name));
    assert.doesNotMatch(name, /[<>:"|?*/\\]/);
  },
  {
    examples: [
      ["", "\u{E0041}\uFE0F", ""],
      ["", "", " "],
      ["", `${"a".repeat(59)}👨‍👩‍👧`, ""],
    ],
  },
);

property(
  "file name: two videos of different ids have different names, however long their titles are",
  [hostileText, fc.stringMatching(/^[\w-]{1,20}$/), fc.stringMatching(/^[\w-]{1,20}$/)],
  (title, one, other) => {
    fc.pre(one !== other);
    assert.notEqual(cleanFileName({ title, id: one }, ".mp4"), cleanFileName({ title, id: other }, ".mp4"));
  },
);
