import assert from "node:assert/strict";
import { posix } from "node:path";
import { defaultPath } from "@dwld/daemon";
import { fc, hostileText, property } from "@dwld/fuzz";
import { faultOfName } from "@dwld/text";
import { cleanSegment, fitName, nameParts, plainName } from "./file-name.ts";
import { filePaths, type PathFacts } from "./file-paths.ts";

const taskId = "0197b2c4-0000-7000-8000-000000000001";
const copy = fc.integer({ min: 1, max: 99 });
const template = fc.constantFrom(
  defaultPath,
  "{name}",
  "{user_name}/{folder}/{site}/{title} [{id}].{ext}",
  "{folder}/{date} {title} ({quality}) - {chat_id}.{ext}",
  "{task_id}/{folder}/{name}",
);

const facts: fc.Arbitrary<PathFacts> = fc.record({
  id: fc.constant(taskId),
  user_name: hostileText,
  folder: hostileText,
  site: hostileText,
  title: hostileText,
  chat_id: hostileText,
  width: fc.constantFrom(null, 0, 1920),
  height: fc.constantFrom(null, 0, 1080),
  ready_at: fc.constantFrom(null, 1_800_000_000_000),
  created_at: fc.constant(1_700_000_000_000),
});

function assertIsName(name: string): void {
  assert.equal(faultOfName(name, 255), undefined, JSON.stringify(name));
  assert.doesNotMatch(name, /^\.{0,2}$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
}

property(
  "file paths: whatever the facts, every file has a path of its own within the directory, of names without a fault",
  [template, facts, fc.array(hostileText, { minLength: 1, maxLength: 4 }), copy],
  (path, task, names, number) => {
    const files = names.map((name) => ({ name }));
    const paths = filePaths({ directory: "/videos", path }, task, files, number);
    assert.equal(new Set(paths.map((each) => each.toLowerCase())).size, files.length);
    for (const whole of paths) {
      assert.ok(whole.startsWith("/videos/"), whole);
      assert.equal(posix.normalize(whole), whole);
      for (const segment of whole.slice("/videos/".length).split("/")) assertIsName(segment);
    }
    assert.deepEqual(filePaths({ directory: "/videos", path }, task, files, number), paths);
  },
);

property(
  "file name: fits 200 bytes and keeps its ending, and each copy has another one",
  [hostileText, hostileText, copy],
  (text, more, number) => {
    const name = cleanSegment(`${text}${more}`);
    const { ending } = nameParts(name);
    const parts = { stem: name.slice(0, name.length - ending.length), ending };
    const fitted = fitName(parts, taskId, number);
    assert.ok(Buffer.byteLength(fitted) <= 200, fitted);
    assert.ok(fitted.endsWith(ending));
    assert.notEqual(fitName(parts, taskId, number + 1), fitted);
    assertIsName(plainName(text, taskId));
  },
);
