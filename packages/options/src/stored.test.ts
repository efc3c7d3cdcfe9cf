import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOptions, parseOptions, serializeOptions } from "./stored.ts";

test("stored options: a row that was written before an option existed has its default", () => {
  const old = JSON.stringify({ audioOnly: true, subtitleLanguages: ["en"], playlist: false, playlistLimit: 0 });
  assert.deepEqual(parseOptions({ options: old }), { ...defaultOptions, audioOnly: true, subtitleLanguages: ["en"] });
});

test("stored options: a default is not written, so that an option invented later changes no request", () => {
  assert.equal(serializeOptions(defaultOptions), "{}");
  const options = { ...defaultOptions, sections: [{ startSeconds: 1, endSeconds: null }], audioOnly: true };
  assert.equal(serializeOptions(options), '{"audioOnly":true,"sections":[{"startSeconds":1,"endSeconds":null}]}');
  assert.deepEqual(parseOptions({ options: serializeOptions(options) }), options);
});
