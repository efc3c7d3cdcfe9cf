import assert from "node:assert/strict";
import { fc, hostileText, property } from "@dwld/fuzz";
import { clipBytes, clipText } from "./clip.ts";
import { escapeHidden, hasControls, hasHidden, withoutHidden } from "./hidden.ts";
import { cleanName, faultOfName } from "./name.ts";
import { oneLine } from "./one-line.ts";

const maxBytes = fc.integer({ min: 1, max: 250 });

property(
  "one line: whatever the text, it is safe to print, within its bound, and clean",
  [hostileText],
  (text) => {
    const line = oneLine(text);
    assert.ok(line.isWellFormed() && !hasHidden(line) && !hasControls(line), JSON.stringify(line));
    assert.equal(line, line.trim());
    assert.equal(line, line.normalize("NFC"));
    assert.equal(oneLine(line), line, "cleaning twice changes nothing");
    const cut = oneLine(text, 9);
    assert.ok([...cut].length <= 9 && !hasHidden(cut));
  },
  {
    examples: [
      // A selector varied what was removed; a letter hid its joiner when it was composed.
      ["\u{E0041}\uFE0F"],
      ["a\uFE0F\u200Dم"],
      ["\u212A\uFE0F"],
      ["e\u200B\u0301\u200Dم"],
      ["12345678👨‍👩‍👧x"],
    ],
  },
);

property(
  "clean name: whatever the text, it is empty or the name of one file without a fault",
  [hostileText, maxBytes],
  (text, bytes) => {
    const name = cleanName(text, bytes);
    assert.ok(Buffer.byteLength(name) <= bytes);
    if (name !== "") assert.equal(faultOfName(name, bytes), undefined, JSON.stringify(name));
    assert.doesNotMatch(name, /^[.~-]|[.\s]$|[/\\]/u);
    assert.doesNotMatch(name, /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
    assert.equal(cleanName(name, bytes), name, "cleaning twice changes nothing");
  },
);

property(
  "clip text: returns a beginning of the text that fits, with its mark",
  [hostileText, maxBytes],
  (text, units) => {
    const clipped = clipText(text, units, "…");
    assert.ok(clipped.length <= units);
    if (text.length <= units) assert.equal(clipped, text);
    else assert.ok(clipped.endsWith("…") && text.startsWith(clipped.slice(0, -1)));
    if (text.isWellFormed()) assert.ok(clipped.isWellFormed(), JSON.stringify(clipped));
  },
);

property("clip by bytes: returns a beginning of the text that fits", [hostileText, maxBytes], (text, bytes) => {
  const clipped = clipBytes(text, bytes);
  assert.ok(Buffer.byteLength(clipped) <= bytes);
  assert.ok(text.startsWith(clipped));
  if (Buffer.byteLength(text) <= bytes) assert.equal(clipped, text);
});

property("JSON for a terminal: shows no hidden character, and parses to the same", [hostileText], (text) => {
  const json = escapeHidden(JSON.stringify([text, { [text]: text }]));
  assert.equal(withoutHidden(json), json);
  assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify([text, { [text]: text }])));
});
