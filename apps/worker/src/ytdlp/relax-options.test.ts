import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOptions } from "@dwld/options";
import { relaxOptions } from "./relax-options.ts";

const broken = { failureClass: "postprocess_failed", line: "ERROR: Postprocessing: Conversion failed!" } as const;

test("relax options: a stream without a beginning is recorded from now on", () => {
  const line =
    "ERROR: [x] y: --live-from-start is passed, but there are no formats that can be downloaded from the start.";
  const relaxed = relaxOptions({ ...defaultOptions, liveMode: "record_from_start" }, { failureClass: "unknown", line });
  assert.equal(relaxed?.options.liveMode, "record");
  assert.equal(relaxOptions({ ...defaultOptions, liveMode: "record" }, { failureClass: "unknown", line }), undefined);
});

test("relax options: after a failed embedding, nothing is embedded and subtitles come beside the video", () => {
  const wish = { ...defaultOptions, thumbnail: "embedded", subtitleLanguages: ["en"], embedMetadata: true } as const;
  const relaxed = relaxOptions(wish, broken);
  assert.deepEqual(relaxed?.options, { ...defaultOptions, subtitleLanguages: ["en"], subtitlePlacement: "file" });
  assert.match(relaxed.remark.en, /: subtitles, thumbnail, metadata\.$/);
});

test("relax options: nothing is given up without extras, for a failed video, or for SponsorBlock", () => {
  const wish = { ...defaultOptions, embedChapters: true };
  assert.equal(relaxOptions(defaultOptions, broken), undefined);
  assert.equal(
    relaxOptions({ ...defaultOptions, subtitleLanguages: ["en"], subtitlePlacement: "file" }, broken),
    undefined,
  );
  assert.equal(relaxOptions(wish, { ...broken, failureClass: "network" }), undefined);
  const line = "ERROR: Postprocessing: Unable to communicate with SponsorBlock API: HTTP Error 500";
  assert.equal(relaxOptions(wish, { failureClass: "postprocess_failed", line }), undefined);
});
